//! Files that are no case at all.

use std::{fs, fs::File, path::Path, time::Instant};

use crate::common::{SMALL, assert_case_refused, assert_refused, needlepoint, stderr};

#[test]
fn a_file_that_is_not_there() {
    assert_refused(Path::new("no-such-case.toml"), &["can't be read", "needlepoint new"]);
}

#[test]
fn a_folder() {
    let folder = tempfile::tempdir().unwrap();
    assert_refused(folder.path(), &["this is a folder, not a case file"]);
}

#[test]
fn an_empty_file() {
    for text in ["", "\u{feff}", "\n\n", "# nothing\n"] {
        assert_case_refused(text, &["has no [patient]", "needlepoint new"]);
    }
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    fs::write(&file, format!("\u{feff}{}", SMALL.replace('\n', "\r\n"))).unwrap();
    let output = needlepoint().arg("check").arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn bytes_that_are_no_text() {
    assert_case_refused(b"title = \"caf\xe9\"\n", &["not UTF-8", "save the file as UTF-8"]);
    assert_case_refused(b"\xff\xfet\0i\0", &["UTF-16"]);
    assert_case_refused([0_u8; 300], &["error"]);
}

#[test]
fn a_hundred_megabytes_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    File::create(&file).unwrap().set_len(100 << 20).unwrap();
    let begun = Instant::now();
    assert_refused(&file, &["104857600 bytes", "is this the right file?"]);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn deep_nesting() {
    for (open, close) in [("[", "]"), ("{a = ", "}")] {
        let text = format!("a = {}{}", open.repeat(5000), close.repeat(5000));
        assert_case_refused(text, &["not valid TOML"]);
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };

    use super::*;
    use crate::common::{example, names_in, stdout};

    #[test]
    fn a_device_without_end() {
        let begun = Instant::now();
        assert_refused(Path::new("/dev/zero"), &["too large for a case"]);
        assert_refused(Path::new("/dev/null"), &["has no [patient]"]);
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn a_named_pipe_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("case.pipe");
        if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
            eprintln!("skipped: no mkfifo here");
            return;
        }
        let text = fs::read(example("lotfi-2013")).unwrap();
        let target = pipe.clone();
        let writer = std::thread::spawn(move || fs::write(target, text).unwrap());
        let output = needlepoint()
            .args(["run", "--members", "4", "--out"])
            .args([&folder.path().join("out"), &pipe])
            .timeout(std::time::Duration::from_secs(60))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        writer.join().unwrap();
        assert_eq!(names_in(&folder.path().join("out")).len(), 3);
    }

    #[test]
    fn standard_input_is_a_file_too() {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
            .args(["check", "/dev/stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(SMALL.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(stdout(&output).contains("can be run"));
    }
}
