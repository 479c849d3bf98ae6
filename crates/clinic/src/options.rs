//! What a server is told, and what it tells when it is up.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use needlepoint_records::{Database, KeySource};

/// Where to listen, with what data, for whom.
#[derive(Debug)]
pub struct ServeOptions {
    /// Address to listen at; loopback unless somebody decides otherwise.
    pub address: IpAddr,
    /// Port; 0 for any that is free.
    pub port: u16,
    /// Where the records are.
    pub database: Database,
    /// What opens them.
    pub key: KeySource,
    /// Fill an empty database with a practice that is made up.
    pub demo: bool,
    /// Certificate and key for HTTPS.
    pub tls: Option<Tls>,
    /// A proxy in front speaks HTTPS with browsers: cookies are for HTTPS alone, and the address of the browser is the last of
    /// `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// A catalogue of words in another language.
    pub words: Option<PathBuf>,
    /// Threads that simulate; none for one on each core.
    pub threads: Option<usize>,
}

/// Files for HTTPS.
#[derive(Debug)]
pub struct Tls {
    /// Certificate chain, PEM.
    pub certificate: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// What is told once the server listens.
#[derive(Debug, Clone)]
pub struct Started {
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether it speaks HTTPS.
    pub https: bool,
    /// Accounts made at this start, with their passwords: told once, here.
    pub new_accounts: Vec<(String, String)>,
    /// Words of the catalogue that are missing from the other language.
    pub missing_words: Vec<String>,
}
