//! `needlepoint new`: a commented case file to start from.

use std::{fs::OpenOptions, io::Write as _};

use needlepoint_case::TEMPLATE;

use crate::{
    commands::answer,
    exit::{Exit, Fault},
    options::{Common, New},
};

pub(crate) fn run(new: &New, common: &Common) -> Result<Exit, Fault> {
    let Some(file) = &new.file else {
        answer(TEMPLATE)?;
        return Ok(Exit::Ok);
    };
    let cannot_write = |why| Fault::CannotWrite { file: file.clone(), why };
    let mut made = OpenOptions::new().write(true).create_new(true).open(file).map_err(|why| {
        if why.kind() == std::io::ErrorKind::AlreadyExists {
            Fault::WouldOverwrite(file.clone())
        } else {
            cannot_write(why)
        }
    })?;
    made.write_all(TEMPLATE.as_bytes()).and_then(|()| made.sync_all()).map_err(|why| {
        // A half-written template is worse than none.
        let _ = std::fs::remove_file(file);
        cannot_write(why)
    })?;
    if !common.quiet {
        let file = file.display();
        answer(&format!(
            "{file} is a case to start from.\nNext: needlepoint run {file} --out out\n"
        ))?;
    }
    Ok(Exit::Ok)
}
