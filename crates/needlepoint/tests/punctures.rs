//! `needlepoint punctures` through the real binary.

#![allow(clippy::unwrap_used)]

#[cfg(unix)]
mod interrupted;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::RowAccessor as _,
};
use serde_json::Value;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"))
}

fn punctures(case: &Path, arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg("punctures")
        .arg(case)
        .args(["--members", "32"])
        .args(arguments)
        .output()
        .unwrap()
}

fn json(case: &str, arguments: &[&str]) -> Value {
    let output = punctures(&example(case), &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = punctures(&example("kenkel-2021"), arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// Every file of a folder that the command wrote.
fn files(case: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let output =
        punctures(&example(case), &[arguments, &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(out).unwrap().map(|entry| read(entry.unwrap())).collect()
}

#[test]
fn json_has_what_programs_need_as_numbers_and_as_bands() {
    let all = json("lotfi-2013", &[]);
    for key in [
        "/holes_per_cm2",
        "/holes_per_cm2_per_pass",
        "/coverage",
        "/depth_um/mean",
        "/depth_um/sd",
        "/depth_um/p05",
        "/depth_um/p95",
        "/injured_volume_fraction/papillary_dermis",
        "/bleeding_points_per_cm2",
        "/pain_vas",
        "/minutes",
    ] {
        assert!(all.pointer(key).is_some_and(Value::is_number), "{key}");
        let band =
            |quantile: &str| all.pointer(&format!("/bands{key}/{quantile}")).unwrap().as_f64();
        assert!(band("lo95") <= band("median") && band("median") <= band("hi95"), "{key}");
    }
    let ends: f64 =
        all["ending_share"].as_object().unwrap().values().filter_map(Value::as_f64).sum();
    assert!((ends - 1.0).abs() < 1e-9, "{ends}");
}

#[test]
fn a_roller_of_192_needles_makes_15_holes_a_pass_and_229_after_15() {
    let all = json("lotfi-2013", &["--area", "25"]);
    let of = |key: &str| all[key].as_f64().unwrap();
    assert!((of("holes_per_cm2_per_pass") - 15.0).abs() < 1.0, "{}", of("holes_per_cm2_per_pass"));
    assert!((of("holes_per_cm2") - 229.0).abs() < 6.0, "{}", of("holes_per_cm2"));
    let one = json("lotfi-2013", &[]);
    // On one cm2 the wander of a lane brings a needle more or less.
    assert!((one["holes_per_cm2_per_pass"].as_f64().unwrap() - 15.3).abs() < 1.5);
    let median = one["bands"]["holes_per_cm2"]["median"].as_f64().unwrap();
    assert!((median - 229.0).abs() < 12.0, "{median}");
}

/// A face of 300 cm2 takes the 20 to 30 minutes that articles say, with a pen and with a roller.
#[test]
fn a_face_takes_twenty_to_thirty_minutes() {
    for (device, passes) in [("dermaroller-192", 15), ("generic-pen-12", 4)] {
        let case = format!(
            "[patient]\nage = \"40 years\"\nsex = \"female\"\nphototype = \"III\"\n\
             [[concern]]\nkind = \"healthy\"\nsite = \"cheek\"\n\
             [protocol]\ndevice = \"{device}\"\nsessions = 1\ninterval = \"4 weeks\"\n\
             [[protocol.zone]]\nsite = \"cheek\"\nneedle_length = \"1 mm\"\npasses = {passes}\n\
             area = \"300 cm2\"\n[simulate]\nhorizon = \"3 months\"\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("face.toml");
        fs::write(&file, case).unwrap();
        let output = punctures(&file, &["--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let minutes = told["minutes"].as_f64().unwrap();
        assert!((20.0..=30.0).contains(&minutes), "{device}: {minutes}");
    }
}

#[test]
fn zones_are_chosen_by_name_and_the_top_level_is_the_first() {
    let both = json("kenkel-2021", &[]);
    let zones = both["zones"].as_array().unwrap();
    assert_eq!((zones.len(), &both["zone"]), (2, &Value::from("cheek")));
    let neck = json("kenkel-2021", &["--zone", "neck"]);
    assert_eq!(neck["zone"], "neck");
    assert_eq!(neck["depth_um"], zones[1]["depth_um"], "a zone alone is the zone among others");
}

#[test]
fn a_zone_or_an_area_that_can_not_be_is_refused_in_words() {
    let said = refused(&["--zone", "nose"]);
    assert!(said.contains("\"nose\"") && said.contains("cheek, neck"), "{said}");
    let said = refused(&["--area", "5000"]);
    assert!(said.contains("does not fit into the zone \"cheek\""), "{said}");
    for area in ["0", "-1", "nan", "much"] {
        assert!(refused(&["--area", area]).contains("cm2"), "{area}");
    }
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("broken.toml");
    fs::write(&case, "[patient]\nage = \"old\"\n").unwrap();
    let output = punctures(&case, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("broken.toml:2"));
}

#[test]
fn a_file_in_the_way_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    fs::write(&file, "mine").unwrap();
    let said = refused(&["--out", file.to_str().unwrap()]);
    assert!(said.contains("is a file, but the results need a folder"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn the_same_case_gives_the_same_bytes_on_any_number_of_threads() {
    let one = files("kenkel-2021", &["--threads", "1"]);
    assert!(one == files("kenkel-2021", &["--threads", "4"]), "4 threads differ");
    assert!(one == files("kenkel-2021", &["--threads", "1"]), "a second run differs");
    assert!(one != files("kenkel-2021", &["--seed", "99"]), "a seed changes something");
}

#[test]
fn tables_and_pictures_are_whole() {
    let written = files("kenkel-2021", &[]);
    let mut expected: Vec<String> =
        ["csv", "parquet", "json", "html"].map(|kind| format!("punctures.{kind}")).into();
    for picture in ["map", "section", "depths"] {
        for name in [picture.to_owned(), format!("{picture}-neck")] {
            expected.extend([format!("{name}.svg"), format!("{name}.png")]);
        }
    }
    expected.sort();
    assert_eq!(written.keys().cloned().collect::<Vec<_>>(), expected);

    let told: Value = serde_json::from_slice(&written["punctures.json"]).unwrap();
    let holes: u64 = told["zones"]
        .as_array()
        .unwrap()
        .iter()
        .map(|zone| zone["holes_on_patch"].as_u64().unwrap())
        .sum();
    let csv = String::from_utf8(written["punctures.csv"].clone()).unwrap();
    assert_eq!(csv.lines().count() as u64, holes + 1);
    assert!(csv.starts_with("zone,pass,x_mm,y_mm,depth_um,mouth_diameter_um"));

    for (name, bytes) in &written {
        match name.rsplit_once('.').unwrap().1 {
            "png" => {
                let picture = resvg::tiny_skia::Pixmap::decode_png(bytes).unwrap();
                let first = picture.pixels()[0];
                let inked = picture.pixels().iter().filter(|pixel| **pixel != first).count();
                assert!(inked > 20_000, "{name} is next to empty: {inked}");
            }
            "svg" => {
                let text = std::str::from_utf8(bytes).unwrap();
                assert!(text.contains("<text") && !text.contains("var("), "{name}");
                resvg::usvg::Tree::from_str(text, &resvg::usvg::Options::default()).unwrap();
            }
            _ => {}
        }
    }
    let page = std::str::from_utf8(&written["punctures.html"]).unwrap();
    assert_eq!(page.matches("<svg class=\"drawing\" role=\"img\"").count(), 6);
    assert!(!page.contains("<script") && !page.contains("http://") || page.contains("w3.org"));
}

#[test]
fn parquet_reads_back_the_rows_of_the_csv_with_units_and_fingerprints() {
    let written = files("kenkel-2021", &[]);
    let csv = String::from_utf8(written["punctures.csv"].clone()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("punctures.parquet");
    fs::write(&file, &written["punctures.parquet"]).unwrap();
    let reader = SerializedFileReader::new(fs::File::open(file).unwrap()).unwrap();
    let metadata = reader.metadata().file_metadata();
    let pairs = metadata.key_value_metadata().unwrap();
    let value = |key: &str| {
        let found = pairs.iter().find(|pair| pair.key == format!("needlepoint.{key}"));
        found.and_then(|pair| pair.value.clone()).unwrap_or_default()
    };
    assert_eq!(value("case_sha256").len(), 64);
    assert!(value("column.depth_um").contains("micrometres"));
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), csv.lines().count() - 1);
    for (row, line) in rows.iter().zip(csv.lines().skip(1)) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(row.get_string(0).unwrap(), cells[0]);
        assert_eq!(row.get_int(1).unwrap().to_string(), cells[1]);
        for (at, cell) in cells.iter().enumerate().skip(2) {
            let (told, whole) = (cell.parse::<f64>().unwrap(), row.get_double(at).unwrap());
            assert!((told - whole).abs() <= 1e-6 * whole.abs(), "{told} {whole}");
        }
    }
}

#[test]
fn the_table_is_short_and_the_help_has_an_example() {
    let output = punctures(&example("lotfi-2013"), &[]);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("Holes in a session") && table.contains("95 of 100 people"), "{table}");
    assert!(table.lines().count() < 35, "{table}");
    let help = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .args(["punctures", "--help"])
        .output()
        .unwrap();
    assert!(String::from_utf8(help.stdout).unwrap().contains("examples/lotfi-2013.toml --out"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    interrupted::assert_leaves_nothing("punctures", ["--members", "4096"], &example("kenkel-2021"));
}
