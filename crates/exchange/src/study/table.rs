//! A table in columns, written as CSV and as Apache Parquet.

use std::sync::Arc;

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// Its name, without ending.
    pub(super) name: &'static str,
    /// Its columns, all as long as each other.
    pub(super) columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Its name, with the unit.
    pub(super) name: &'static str,
    /// What stands in it.
    pub(super) meaning: &'static str,
    /// Its values.
    pub(super) values: Values,
}

/// Values of a column; none where nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    /// Words.
    Words(Vec<Option<String>>),
    /// Whole numbers.
    Whole(Vec<Option<i32>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Words(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Number(values) => values.len(),
        }
    }

    fn written(&self, row: usize) -> String {
        match self {
            Self::Words(values) => values[row].clone(),
            Self::Whole(values) => values[row].map(|value| value.to_string()),
            Self::Number(values) => values[row].map(|value| value.to_string()),
        }
        .unwrap_or_default()
    }
}

impl Table {
    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The table as CSV, its header included.
    pub(super) fn csv(&self) -> Vec<u8> {
        const IN_MEMORY: &str = "rows are as long as the header, and memory takes all bytes";
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.name)).expect(IN_MEMORY);
        for row in 0..self.rows() {
            let values = self.columns.iter().map(|column| column.values.written(row));
            writer.write_record(values).expect(IN_MEMORY);
        }
        writer.into_inner().expect(IN_MEMORY)
    }

    /// The table as Apache Parquet, in one group of rows, with the meaning of each column in the file.
    pub(super) fn parquet(&self) -> Result<Vec<u8>, ParquetError> {
        let schema = Arc::new(parse_message_type(&self.schema())?);
        let meanings = self.columns.iter().map(|column| {
            KeyValue::new(format!("needlepoint.column.{}", column.name), column.meaning.to_owned())
        });
        let properties = WriterProperties::builder()
            .set_created_by(format!("needlepoint {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(meanings.collect()))
            .build();
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut rows = writer.next_row_group()?;
        for column in &self.columns {
            match &column.values {
                Values::Words(values) => {
                    let bytes = |word: &String| ByteArray::from(word.as_str());
                    let words: Vec<_> =
                        values.iter().map(|word| word.as_ref().map(bytes)).collect();
                    write::<ByteArrayType>(&mut rows, &words)?;
                }
                Values::Whole(values) => write::<Int32Type>(&mut rows, values)?,
                Values::Number(values) => write::<DoubleType>(&mut rows, values)?,
            }
        }
        rows.close()?;
        writer.into_inner()
    }

    fn schema(&self) -> String {
        let columns = self.columns.iter().map(|column| match column.values {
            Values::Words(_) => format!("optional binary {} (STRING);", column.name),
            Values::Whole(_) => format!("optional int32 {};", column.name),
            Values::Number(_) => format!("optional double {};", column.name),
        });
        format!("message {} {{ {} }}", self.name, columns.collect::<Vec<_>>().join(" "))
    }
}

/// Writes the next column of a group of rows.
fn write<T: DataType>(
    rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[Option<T::T>],
) -> Result<(), ParquetError> {
    let missing =
        || ParquetError::General("the schema has fewer columns than the table".to_owned());
    let known: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.iter().flatten().cloned().collect();
    let mut column = rows.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(&values, Some(&known), None)?;
    column.close()
}
