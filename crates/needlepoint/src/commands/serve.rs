//! `needlepoint serve`: the clinic in a browser.

use std::{
    fmt::Write as _,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use needlepoint_clinic::{ServeOptions, Started, Tls, serve};

use super::{
    knowledge,
    records::{RecordsFound, runtime},
    tell,
};
use crate::{
    exit::{Exit, Fault},
    options::{Common, Serve},
};

pub(crate) fn run(asked: &Serve, common: &Common) -> Result<Exit, Fault> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    start_with_small_heaps();
    let knowledge = Arc::new(knowledge(common)?);
    let found = RecordsFound::of(&asked.records)?;
    let key_beside = found.key_beside_records;
    let tls = asked.tls_certificate.clone().zip(asked.tls_key.clone());
    let options = ServeOptions {
        address: asked.address,
        port: asked.port,
        database: found.database,
        key: found.key,
        demo: asked.demo,
        tls: tls.map(|(certificate, key)| Tls { certificate, key }),
        behind_proxy: asked.behind_proxy,
        words: asked.words.clone(),
        threads: common.threads.map(usize::from),
    };
    let open = !asked.address.is_loopback() && options.tls.is_none() && !asked.behind_proxy;
    runtime()?.block_on(serve(options, knowledge, |started| {
        tell(told(started, common.quiet, open, key_beside));
    }))?;
    Ok(Exit::Ok)
}

/// Starts the program anew in its own place, so that memory of simulations goes back when they end.
///
/// Once large blocks have come and gone, glibc keeps the next ones in a heap for each thread, where they lie for good: twice
/// the memory, for nothing. A fixed threshold prevents it, and glibc takes one from the environment alone, as it starts.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn start_with_small_heaps() {
    use std::os::unix::process::CommandExt as _;
    const VARIABLE: &str = "MALLOC_MMAP_THRESHOLD_";
    const BYTES: &str = "131072";
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let arguments = std::env::args_os().skip(1);
        // It comes back only if it can't be done; then it serves as it is.
        let _ = std::process::Command::new(program).args(arguments).env(VARIABLE, BYTES).exec();
    }
}

/// What is told at the start. Where it listens and first passwords are told even to the quiet: nobody could come in.
fn told(started: &Started, quiet: bool, open: bool, key_beside: bool) -> String {
    let mut text = String::new();
    let scheme = if started.https { "https" } else { "http" };
    let _ = writeln!(text, "Needlepoint listens at {scheme}://{}/", reached(started.address));
    for (account, password) in &started.new_accounts {
        let _ = writeln!(text, "New account {account}, password {password}");
    }
    if !started.new_accounts.is_empty() {
        let _ = writeln!(text, "Passwords are told once: change them after signing in.");
    }
    if open {
        let _ = writeln!(
            text,
            "Other machines can reach it, and what they send is not encrypted: use --tls-certificate and --tls-key, or a \
             proxy and --behind-proxy."
        );
    }
    if quiet {
        return text;
    }
    if key_beside {
        let _ = writeln!(
            text,
            "The key lies beside the records: it protects copies of the database, not a stolen disk. --key-file names \
             another place, --passphrase needs none."
        );
    }
    if !started.missing_words.is_empty() {
        let _ = writeln!(text, "Said in English: {}", started.missing_words.join(", "));
    }
    let _ = writeln!(text, "Stop with Ctrl-C. Not a medical device: it supports qualified people.");
    text
}

/// An address that a browser on this machine reaches.
fn reached(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        ip if ip.is_unspecified() => {
            let loopback = if ip.is_ipv4() {
                IpAddr::from([127, 0, 0, 1])
            } else {
                IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])
            };
            SocketAddr::new(loopback, address.port())
        }
        _ => address,
    }
}
