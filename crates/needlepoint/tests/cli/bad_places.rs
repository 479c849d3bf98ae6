//! Places where nothing can be written: what was there stays, and nothing half-written is left.

use std::{fs, path::Path};

use crate::common::{SMALL, names_in, needlepoint, stderr, stdout};

fn run_into(out: &Path) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    fs::write(&file, SMALL).unwrap();
    let output =
        needlepoint().args(["run", "--members", "4", "--out"]).args([out, &file]).output().unwrap();
    assert_eq!(stdout(&output), "");
    (output.status.code(), stderr(&output))
}

#[test]
fn a_file_where_the_folder_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    fs::write(&file, "mine").unwrap();
    for out in [file.clone(), file.join("below"), file.join("far/below")] {
        let (code, said) = run_into(&out);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("is a file, but the results need a folder"), "{said}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(names_in(folder.path()), ["out"]);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::process::{Command, Output};

    use super::*;

    /// Run a script where it may mount file systems that nobody else sees; none where that is not
    /// allowed.
    fn in_a_namespace(script: &str, folder: &Path) -> Option<Output> {
        let shell = |script: &str| {
            Command::new("unshare")
                .args(["--user", "--map-root-user", "--mount", "sh", "-euc", script])
                .env("NEEDLEPOINT", assert_cmd::cargo::cargo_bin!("needlepoint"))
                .current_dir(folder)
                .output()
        };
        let allowed = shell("mkdir -p mnt; mount -t tmpfs none mnt")
            .is_ok_and(|output| output.status.success());
        if !allowed {
            eprintln!("skipped: no mount namespace may be made here");
            return None;
        }
        Some(shell(script).unwrap())
    }

    fn assert_all_went_well(output: &Output) {
        assert!(
            output.status.success(),
            "{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            stderr(output)
        );
    }

    #[test]
    fn a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("case.toml"), SMALL).unwrap();
        let script = r#"
            mount -t tmpfs -o size=8m none mnt
            run() { "$NEEDLEPOINT" run case.toml --members 4 --quiet "$@"; }
            state() { find mnt -type f ! -name filler | sort | xargs sha256sum; find mnt | sort; }
            run --out mnt/old
            dd if=/dev/zero of=mnt/filler bs=4k 2>/dev/null || true
            state >before
            for out in mnt/old mnt/new mnt/new/deep/er; do
                code=0
                run --seed 9 --out $out 2>said || code=$?
                cat said
                [ $code = 2 ]
                grep -q 'the disk is full\|No space left' said
                state >after
                cmp before after
            done
            code=0
            "$NEEDLEPOINT" new mnt/case.toml 2>said || code=$?
            [ $code = 2 ]
            [ ! -e mnt/case.toml ]
        "#;
        if let Some(output) = in_a_namespace(script, folder.path()) {
            assert_all_went_well(&output);
        }
    }

    #[test]
    fn a_folder_that_is_read_only() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("case.toml"), SMALL).unwrap();
        let script = r#"
            mount -t tmpfs none mnt
            mkdir mnt/old
            echo mine >mnt/old/run.json
            mount -o remount,ro mnt
            for out in mnt/old mnt/new; do
                code=0
                "$NEEDLEPOINT" run case.toml --members 4 --quiet --out $out 2>said || code=$?
                cat said
                [ $code = 2 ]
                grep -q -- '--out' said
                grep -q "$out" said
            done
            [ "$(cat mnt/old/run.json)" = mine ]
            [ "$(find mnt | wc -l)" = 3 ]
        "#;
        if let Some(output) = in_a_namespace(script, folder.path()) {
            assert_all_went_well(&output);
        }
    }
}
