//! Every puncture in the columns of Apache Parquet, with units and fingerprints in the file.

use std::{fmt::Write as _, sync::Arc};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use super::{PuncturesInput, columns::COLUMNS};

/// The same rows as the CSV, at full precision; one group of rows a zone.
pub(super) fn punctures_parquet(input: &PuncturesInput<'_>) -> Result<Vec<u8>, ParquetError> {
    let mut schema =
        "message puncture { required binary zone (STRING); required int32 pass;".to_owned();
    for column in &COLUMNS {
        let _ = write!(schema, " required double {};", column.name);
    }
    schema.push('}');
    let properties = WriterProperties::builder()
        .set_created_by(format!("needlepoint {}", input.provenance.version))
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(metadata(input)))
        .build();
    let schema = Arc::new(parse_message_type(&schema)?);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    for zone in input.zones {
        let mut rows = writer.next_row_group()?;
        let site = ByteArray::from(zone.site.as_str());
        let sites = vec![site; zone.punctures.len()];
        column::<ByteArrayType>(&mut rows, &sites)?;
        let passes: Vec<i32> = zone
            .punctures
            .iter()
            .map(|hole| i32::try_from(hole.pass).unwrap_or(i32::MAX))
            .collect();
        column::<Int32Type>(&mut rows, &passes)?;
        for each in &COLUMNS {
            let values: Vec<f64> = zone.punctures.iter().map(each.read).collect();
            column::<DoubleType>(&mut rows, &values)?;
        }
        rows.close()?;
    }
    writer.into_inner()
}

/// Writes the next column of a group of rows.
fn column<T: parquet::data_type::DataType>(
    rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    let missing =
        || ParquetError::General("the schema has fewer columns than the table".to_owned());
    let mut column = rows.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

fn metadata(input: &PuncturesInput<'_>) -> Vec<KeyValue> {
    let provenance = input.provenance;
    let pair = |key: &str, value: String| KeyValue::new(format!("needlepoint.{key}"), value);
    let mut pairs = vec![
        pair("version", provenance.version.clone()),
        pair("case_file", provenance.case_file.clone()),
        pair("case_sha256", provenance.case_sha256.clone()),
        pair("knowledge_sha256", provenance.knowledge_sha256.clone()),
        pair("seed", provenance.seed.to_string()),
        pair("column.zone", "name of the site".to_owned()),
        pair("column.pass", "pass in which the hole was made, from 1".to_owned()),
    ];
    pairs.extend(
        COLUMNS.iter().map(|each| pair(&format!("column.{}", each.name), each.meaning.to_owned())),
    );
    pairs.extend(
        input.zones.iter().map(|zone| {
            pair(&format!("patch_side_mm.{}", zone.site), zone.patch_side_mm.to_string())
        }),
    );
    pairs
}
