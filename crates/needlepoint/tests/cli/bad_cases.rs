//! Cases that hold something impossible: refused, and told what to write.

use crate::common::{SMALL, assert_case_refused, needlepoint, stderr};

/// A device but for its motion.
const STEEL: &str = "shaft_diameter = \"250 um\"\ntip_diameter = \"8 um\"\n\
                     minimum_length = \"0.2 mm\"\nmaximum_length = \"2 mm\"\n\
                     cone_angle = \"10 deg\"";

#[test]
fn what_is_wrong_is_told() {
    let device = |geometry: &str| {
        SMALL.replace("device = \"dermaroller-192\"\n", "").replace(
            "[[protocol.zone]]",
            &format!("[protocol.device]\n{geometry}\n[[protocol.zone]]"),
        )
    };
    for (text, parts) in [
        (SMALL.replace("[patient]", "[patient"), vec!["not valid TOML"]),
        (SMALL.replace("\"1.5 mm\"", "1.5"), vec!["has no unit", "1.5 mm"]),
        (SMALL.replace("\"1.5 mm\"", "\"1.5\""), vec!["has no unit", "1.5 mm"]),
        (SMALL.replace("1.5 mm", "1.5 m"), vec!["did you mean \"1.5 mm\"?"]),
        (SMALL.replace("1.5 mm", "2.9 cm"), vec!["too long for skin"]),
        (SMALL.replace("1.5 mm", "4 mm"), vec!["too long for skin"]),
        (SMALL.replace("1.5 mm", "0.1 mm"), vec!["has no needle of \"0.1 mm\"", "0.5 mm to 3 mm"]),
        (SMALL.replace("1.5 mm", "0 mm"), vec!["no length of a needle"]),
        (SMALL.replace("1.5 mm", "-1.5 mm"), vec!["no length of a needle"]),
        (SMALL.replace("1.5 mm", "1e999 mm"), vec!["needle_length"]),
        (SMALL.replace("sessions = 2", "sessions = 0"), vec!["from 1 to 24"]),
        (SMALL.replace("sessions = 2", "sessions = 400"), vec!["from 1 to 24"]),
        (
            SMALL.replace("34 years", "-34 years"),
            vec!["`age` is -34 years", "0 years to 110 years"],
        ),
        (SMALL.replace("\"34 years\"", "34"), vec!["has no unit", "34"]),
        (SMALL.replace("30 days", "6 h"), vec!["less than a day apart overlap"]),
        (SMALL.replace("30 days", "1e308 weeks"), vec!["longer than a course may last"]),
        (
            SMALL.replace("sessions = 2", "sessions = 1").replace("30 days", "1e308 weeks"),
            vec!["longer than a course may last"],
        ),
        (SMALL.replace("dermaroller-192", "dermaroler"), vec!["did you mean \"dermaroller-192\"?"]),
        (SMALL.replace("passes = 4", "passes = 0"), vec!["from 1 to 100"]),
        (SMALL.replace("members = 64", "members = 0"), vec!["from 1 to 4096"]),
        (SMALL.replace("60 days", "100 years"), vec!["`horizon`", "outside what makes sense"]),
        (SMALL.replace("60 days", "31 days"), vec!["too early for the last session", "37 days"]),
        (
            SMALL.replace("members", "times = [\"3 days\", \"61 days\"]\nmembers"),
            vec!["\"61 days\" lies after the end of the simulation on day 60", "longer `horizon`"],
        ),
        (SMALL.replace("members", "times = [\"3\"]\nmembers"), vec!["has no unit", "3 days"]),
        (device(STEEL), vec!["exactly one of the tables"]),
        (
            device(&format!(
                "{STEEL}\nstamp = {{ columns = 200, rows = 200, pitch = \"0.05 mm\" }}"
            )),
            vec!["would strike each cm2 160000 times"],
        ),
        (
            device(&format!("{STEEL}\nstamp = {{ columns = 5.5, rows = 5, pitch = \"1 mm\" }}")),
            vec!["`columns = 5.5` is not a whole number"],
        ),
        (
            device(&format!("{STEEL}\nstamp = {{ columns = 5, rows = 5, pitch = \"1 mm\" }}"))
                .replace("\"8 um\"", "\"280 um\""),
            vec!["wider than its shaft"],
        ),
        (
            device(&format!("{STEEL}\nstamp = {{ columns = 5, rows = 5, pitch = \"1 mm\" }}"))
                .replace("cone_angle", "taper_length = \"1 mm\"\ncone_angle"),
            vec!["describes the point of its needles twice"],
        ),
    ] {
        assert_case_refused(&text, &parts);
    }
}

#[test]
fn the_command_line_has_limits_too() {
    for (arguments, part) in [
        (["--members", "0"], "--members"),
        (["--members", "1000000"], "--members"),
        (["--members", "many"], "--members"),
        (["--threads", "0"], "--threads"),
        (["--seed", "-1"], "--seed"),
        (["--at", "3"], "write \"3 days\""),
        (["--at", "3 days,6 mm"], "write a duration such as \"4 weeks\""),
        (["--at", "3 days,"], "--at"),
    ] {
        let output =
            needlepoint().args(["run", "case.toml", "--json"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
    let output = needlepoint().args(["run", "case.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--out"), "{}", stderr(&output));
}
