//! `needlepoint absorb` through the real binary.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"))
}

fn absorb(case: &str, arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg("absorb")
        .arg(example(case))
        .args(["--members", "16"])
        .args(arguments)
        .output()
        .unwrap()
}

fn json(case: &str, arguments: &[&str]) -> Value {
    let output = absorb(case, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(case: &str, arguments: &[&str]) -> String {
    let output = absorb(case, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// Every file of a folder that the command wrote.
fn files(case: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let output = absorb(case, &[arguments, &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(out).unwrap().map(|entry| read(entry.unwrap())).collect()
}

fn number(value: &Value, key: &str) -> f64 {
    value.pointer(key).and_then(Value::as_f64).unwrap_or_else(|| panic!("{key}"))
}

const QUANTITIES: [&str; 15] = [
    "on_skin_ug_per_cm2",
    "in_channels_ug_per_cm2",
    "in_stratum_corneum_ug_per_cm2",
    "in_viable_epidermis_ug_per_cm2",
    "in_papillary_dermis_ug_per_cm2",
    "in_upper_reticular_dermis_ug_per_cm2",
    "in_lower_reticular_dermis_ug_per_cm2",
    "gone_ug_per_cm2",
    "wiped_off_ug_per_cm2",
    "flux_ug_per_cm2_per_h",
    "basal_ug_per_ml",
    "papillary_dermis_ug_per_ml",
    "dermis_ug_per_ml",
    "reach_um",
    "deepest_reach_um",
];

#[test]
fn json_has_the_keys_of_the_help() {
    let all = json("absorb-serums", &[]);
    let hours = all["hours"].as_array().unwrap().len();
    let products = all["zones"][0]["products"].as_array().unwrap();
    assert_eq!(products.len(), 4);
    assert_eq!(&all["products"], &all["zones"][0]["products"]);
    for product in products {
        for through in ["punctured", "intact"] {
            for quantity in QUANTITIES {
                let bands = product
                    .pointer(&format!("/{through}/over_time/{quantity}"))
                    .and_then(Value::as_array)
                    .unwrap_or_else(|| panic!("{through} {quantity}"));
                assert_eq!(bands.len(), hours);
                for band in bands {
                    let of = |key: &str| number(band, &format!("/{key}"));
                    assert!(of("lo95") <= of("median") && of("median") <= of("hi95"), "{quantity}");
                }
            }
            assert!(number(product, &format!("/{through}/taken_up_ug_per_cm2/median")) >= 0.0);
        }
        let more = number(product, "/enhancement/median");
        // Daily use is told on the third day, when channels have closed.
        assert!(more >= if product["daily"] == true { 0.85 } else { 1.0 }, "{more}");
        assert_eq!(number(product, "/put_on_later/0/relative/median"), 1.0);
        let later: Vec<f64> = product["put_on_later"]
            .as_array()
            .unwrap()
            .iter()
            .map(|later| number(later, "/relative/median"))
            .collect();
        assert!(later.is_sorted_by(|a, b| b <= &(a * 1.01)), "{later:?}");
        assert!(product["best_moment"]["words"].is_string());
        assert!((0.0..=1.0).contains(&number(product, "/stays/longer_than_a_day")));
    }
}

#[test]
fn the_dose_of_a_single_use_is_found_again() {
    let all = json("absorb-serums", &[]);
    let single: Vec<&Value> = all["products"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|product| product["daily"] == Value::Bool(false))
        .collect();
    assert_eq!(single.len(), 2);
    for product in single {
        let typical = &product["typical"]["punctured"];
        let given = number(typical, "/dose_ug_per_cm2") + number(typical, "/carried_in_ug_per_cm2");
        for told in typical["told"].as_array().unwrap() {
            let layers: f64 = told["in_layers_ug_per_cm2"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_f64)
                .sum();
            let found = layers
                + number(told, "/on_skin_ug_per_cm2")
                + number(told, "/in_channels_ug_per_cm2")
                + number(told, "/gone_ug_per_cm2")
                + number(told, "/wiped_off_ug_per_cm2");
            assert!(
                (found / given - 1.0).abs() < 1e-6,
                "{}: {found} of {given}",
                product["product"]
            );
        }
    }
}

#[test]
fn the_rule_for_open_channels_sets_the_best_moment() {
    let all = json("absorb-serums", &[]);
    let best = |product: &str| {
        let products = all["products"].as_array().unwrap();
        products.iter().find(|p| p["product"] == product).unwrap()["best_moment"].clone()
    };
    let closed = number(&all["zones"][0], "/channels_closed_hours/median");
    // Which of the first hours is best hangs on who is drawn; that channels are open then does not.
    assert!(number(&best("tranexamic-acid"), "/hours") < 0.5 * closed);
    let vitamin_c = best("vitamin-c");
    assert_eq!((number(&vitamin_c, "/hours"), &vitamin_c["answer"]), (closed, &Value::from("no")));
    assert!(vitamin_c["reason"].as_str().unwrap().contains("granuloma"));
    assert!(!vitamin_c["sources"].as_array().unwrap().is_empty());
}

#[test]
fn twice_the_same_and_on_any_number_of_threads() {
    let first = files("absorb-serums", &[]);
    assert!(first == files("absorb-serums", &[]));
    assert!(first == files("absorb-serums", &["--threads", "1"]));
    assert!(first == files("absorb-serums", &["--threads", "4"]));
    assert!(first != files("absorb-serums", &["--seed", "2"]));
}

#[test]
fn every_product_has_its_files_and_they_can_be_read() {
    let files = files("absorb-serums", &["--product", "niacinamide"]);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "absorb.csv",
            "absorb.html",
            "absorb.json",
            "cell.vtu",
            "curve.png",
            "curve.svg",
            "map.png",
            "map.svg",
            "profile.png",
            "profile.svg",
        ]
    );
    for name in ["curve", "map", "profile"] {
        let png = resvg::tiny_skia::Pixmap::decode_png(&files[&format!("{name}.png")]).unwrap();
        let first = png.pixels()[0];
        assert!(png.pixels().iter().any(|pixel| *pixel != first), "{name} is empty");
        let svg = String::from_utf8(files[&format!("{name}.svg")].clone()).unwrap();
        let drawing = roxmltree::Document::parse(&svg).unwrap();
        assert!(
            drawing
                .root_element()
                .children()
                .any(|child| child.has_tag_name(("http://www.w3.org/2000/svg", "desc")))
        );
        assert!(!svg.contains("NaN") && !svg.contains("var("), "{name}");
    }
    let table = String::from_utf8(files["absorb.csv"].clone()).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("zone,product,skin,quantity,hours,median,lo95,hi95"));
    // Two kinds of skin, all quantities and the level at the target at nine hours, and the sum.
    assert_eq!(lines.count(), 2 * ((QUANTITIES.len() + 1) * 9 + 1));
    let page = String::from_utf8(files["absorb.html"].clone()).unwrap();
    assert!(page.contains("Niacinamide") && !page.contains("NaN") && !page.contains("<script"));
}

/// Numbers of a data array of the grid.
fn array(grid: &roxmltree::Document<'_>, name: &str) -> Vec<f64> {
    let node = grid.descendants().find(|node| node.attribute("Name") == Some(name)).unwrap();
    node.text().unwrap().split_whitespace().map(|value| value.parse().unwrap()).collect()
}

#[test]
fn the_grid_holds_what_the_json_says() {
    let files = files("absorb-serums", &["--product", "tranexamic-acid"]);
    let text = String::from_utf8(files["cell.vtu"].clone()).unwrap();
    let grid = roxmltree::Document::parse(&text).unwrap();
    let root = grid.root_element();
    assert_eq!(
        (root.tag_name().name(), root.attribute("type")),
        ("VTKFile", Some("UnstructuredGrid"))
    );
    let piece = grid.descendants().find(|node| node.has_tag_name("Piece")).unwrap();
    let count = |name: &str| piece.attribute(name).unwrap().parse::<usize>().unwrap();
    let (points, cells) = (count("NumberOfPoints"), count("NumberOfCells"));
    let places = array(&grid, "Points");
    let corners = array(&grid, "connectivity");
    assert_eq!((places.len(), corners.len()), (3 * points, 4 * cells));
    assert_eq!(array(&grid, "offsets").last().copied(), Some(4.0 * cells as f64));
    assert!(array(&grid, "types").iter().all(|kind| *kind == 9.0));
    assert!(corners.iter().all(|corner| (0.0..points as f64).contains(corner)));
    // The papillary dermis, summed up over rings of pi (R2 - r2) times their height, is what the JSON says.
    let (layer, values) = (array(&grid, "layer"), array(&grid, "concentration_6h"));
    assert_eq!((layer.len(), values.len()), (cells, cells));
    let (mut amount, mut volume) = (0.0, 0.0);
    for (cell, corner) in corners.chunks(4).enumerate().filter(|(cell, _)| layer[*cell] == 2.0) {
        let at =
            |nth: usize| (places[3 * corner[nth] as usize], places[3 * corner[nth] as usize + 1]);
        let ((inner, low), (outer, high)) = (at(0), at(2));
        assert!(outer > inner && high > low, "corners run against the clock");
        let ring = (outer * outer - inner * inner) * (high - low);
        amount += values[cell] * ring;
        volume += ring;
    }
    let told: Value = serde_json::from_slice(&files["absorb.json"]).unwrap();
    let hours = told["hours"].as_array().unwrap();
    let at = hours.iter().position(|hour| hour.as_f64() == Some(6.0)).unwrap();
    let typical = &told["products"][0]["typical"]["punctured"]["told"][at];
    let (mean, papillary) = (amount / volume, number(typical, "/papillary_ug_per_ml"));
    // The open channel counts apart in the JSON and not in the grid.
    assert!((mean / papillary - 1.0).abs() < 0.1, "{mean} {papillary}");
}

#[test]
fn an_active_can_be_asked_for_in_any_case() {
    let weak = json("lotfi-2013", &["--active", "caffeine", "--strength", "1%"]);
    let strong = json("lotfi-2013", &["--active", "caffeine", "--strength", "4 %"]);
    let taken = |all: &Value| number(all, "/products/0/punctured/taken_up_ug_per_cm2/median");
    assert_eq!(weak["products"][0]["active"], "caffeine");
    // Diffusion is linear.
    assert!((taken(&strong) / taken(&weak) - 4.0).abs() < 1e-6);
    let usual = json("lotfi-2013", &["--active", "niacinamide"]);
    assert_eq!(number(&usual, "/products/0/strength"), 0.05);
}

#[test]
fn what_can_not_be_asked_is_refused_in_words() {
    let said = refused("absorb-serums", &["--product", "vitamin-d"]);
    assert!(said.contains("did you mean \"vitamin-c\"?") && said.contains("niacinamide"), "{said}");
    let said = refused("absorb-serums", &["--zone", "nose"]);
    assert!(said.contains("\"nose\"") && said.contains("cheek"), "{said}");
    assert!(refused("lotfi-2013", &[]).contains("--active"));
    let said = refused("lotfi-2013", &["--active", "cafeine"]);
    assert!(said.contains("did you mean \"caffeine\"?"), "{said}");
    for strength in ["0%", "101%", "much", "0.1"] {
        let said = refused("lotfi-2013", &["--active", "caffeine", "--strength", strength]);
        assert!(said.contains('%'), "{strength}: {said}");
    }
    let said = refused("lotfi-2013", &["--strength", "2%"]);
    assert!(said.contains("--active"), "{said}");
    let said = refused("absorb-serums", &["--product", "niacinamide", "--active", "caffeine"]);
    assert!(said.contains("cannot be used with"), "{said}");
}

#[test]
fn the_table_says_what_and_when() {
    let output = absorb("absorb-serums", &["--product", "vitamin-c"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "Taken up in 24 h",
        "µg/cm²",
        "not before the channels have closed",
        "soltani-2014",
        "factor of ten",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("Niacinamide"));
    let quiet = absorb("absorb-serums", &["--quiet"]);
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
}
