//! `needlepoint serve` from outside: the program itself, and connections that do not behave.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead as _, BufReader, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// Far longer than anything here takes on a slow machine; nothing is measured.
const PATIENCE: Duration = Duration::from_secs(90);
const GET: &str = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n";

/// A server that ends with the test.
struct Server {
    child: Child,
    address: SocketAddr,
    said: Arc<Mutex<String>>,
}

impl Server {
    fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = command(data, more).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let said = Arc::new(Mutex::new(String::new()));
        let mut first = String::new();
        stderr.read_line(&mut first).unwrap();
        let named = first.split("://").nth(1).unwrap_or_else(|| panic!("{first}"));
        let address = named.trim().trim_end_matches('/').parse().unwrap();
        said.lock().unwrap().push_str(&first);
        let kept = Arc::clone(&said);
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        Self { child, address, said }
    }

    /// What it said, once a text is among it.
    fn said(&self, awaited: &str) -> String {
        let begun = Instant::now();
        loop {
            let said = self.said.lock().unwrap().clone();
            if said.contains(awaited) {
                return said;
            }
            assert!(begun.elapsed() < PATIENCE, "no \"{awaited}\" in {said}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Assert that somebody who behaves is answered.
    fn assert_answers(&self) {
        let mut stream = self.connect();
        stream.write_all(format!("{GET}Connection: close\r\n\r\n").as_bytes()).unwrap();
        let answer = until_closed(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("name=\"password\""), "{answer}");
    }

    fn tell(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
    }

    fn ended(&mut self) -> ExitStatus {
        ended(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"));
    command
        .args(["serve", "--port", "0", "--threads", "1", "--data"])
        .arg(data)
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn ended(child: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(begun.elapsed() < PATIENCE, "it goes on");
        thread::sleep(Duration::from_millis(50));
    }
}

/// One that does not start: its exit code, and why.
fn refused(data: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut child = command(data, more).spawn().unwrap();
    let status = ended(&mut child);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (status.code(), said)
}

/// Everything until the server closes. A connection that is reset is closed, one that stays open is a fault.
fn until_closed(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => bytes.extend(&buffer[..read]),
            Err(why)
                if matches!(why.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) =>
            {
                break;
            }
            Err(why) => panic!("still open: {why}"),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn who_sends_nothing_or_drop_by_drop_is_not_waited_for() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let begun: [&[u8]; 5] = [
        b"",
        b"G",
        // The beginning of HTTP/2, and no more of it.
        b"PRI * HTTP/2.0\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: a",
    ];
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|n| {
            let mut stream = server.connect();
            stream.write_all(begun[n % begun.len()]).unwrap();
            stream
        })
        .collect();
    server.assert_answers();
    for (n, stream) in slow.iter_mut().enumerate() {
        let answer = until_closed(stream);
        assert!(!answer.contains(" 200 "), "{n}: {answer}");
    }
    server.assert_answers();
}

#[test]
fn a_head_that_comes_a_byte_at_a_time_is_cut() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let mut stream = server.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").unwrap();
    let begun = Instant::now();
    while stream.write_all(b"a").is_ok() {
        assert!(begun.elapsed() < PATIENCE, "still open");
        thread::sleep(Duration::from_millis(200));
    }
    server.assert_answers();
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let heads =
        ["Content-Length: 1000\r\n\r\naccount=", "Transfer-Encoding: chunked\r\n\r\n8\r\naccount="];
    let mut slow: Vec<TcpStream> = (0..40)
        .map(|n| {
            let mut stream = server.connect();
            let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n\
                        Content-Type: application/x-www-form-urlencoded\r\n";
            stream.write_all(format!("{head}{}", heads[n % heads.len()]).as_bytes()).unwrap();
            stream
        })
        .collect();
    server.assert_answers();
    for stream in &mut slow {
        let answer = until_closed(stream);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    server.assert_answers();
}

#[test]
fn a_connection_that_nobody_uses_any_more_is_closed() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let mut stream = server.connect();
    stream.write_all(format!("{GET}\r\n").as_bytes()).unwrap();
    let answer = until_closed(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn heads_that_are_enormous_or_no_heads_are_refused() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let enormous = format!("{GET}X-Large: {}\r\n\r\n", "a".repeat(300_000));
    let many = format!("{GET}{}\r\n", "X-Many: a\r\n".repeat(2000));
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(200_000));
    let broken: [&[u8]; 14] = [
        enormous.as_bytes(),
        many.as_bytes(),
        long.as_bytes(),
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\r\n\0\0\0\0\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        b"GET /sign-in HTTP/1.1\nHost: localhost\r\n folded: a\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    ];
    for head in broken {
        let mut stream = server.connect();
        // What is refused half-way may be closed before all of it was written.
        let _ = stream.write_all(head);
        let answer = until_closed(&mut stream);
        let told = String::from_utf8_lossy(&head[..head.len().min(60)]).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{told}: {answer}");
        assert!(!answer.contains("root:"), "{told}: {answer}");
    }
    server.assert_answers();
}

#[test]
fn what_follows_a_request_is_not_taken_for_one_of_it() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let mut stream = server.connect();
    stream
        .write_all(format!("{GET}\r\n{GET}\r\n\0\x01garbage\r\n\r\n{GET}\r\n").as_bytes())
        .unwrap();
    let answer = until_closed(&mut stream);
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 2, "{answer}");
    // A body of two lengths: whichever counts, what is smuggled behind it gets no answer of its own.
    for lengths in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked\r\nContent-Length: 4",
        "Content-Length: +4",
        "Content-Length: 4, 4",
    ] {
        let mut stream = server.connect();
        let smuggled = "5c\r\nGET /assets/smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\n\r\nx=1\r\n0\r\n\r\n";
        let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin";
        let _ = stream.write_all(format!("{head}\r\n{lengths}\r\n\r\n{smuggled}").as_bytes());
        let answer = until_closed(&mut stream);
        assert!(!answer.contains("HTTP/1.1 404"), "{lengths}: {answer}");
    }
    server.assert_answers();
}

#[test]
fn it_ends_when_it_is_told_to_also_while_somebody_is_slow() {
    for signal in ["-TERM", "-INT"] {
        let data = tempfile::tempdir().unwrap();
        let mut server = Server::start(data.path(), &[]);
        server.assert_answers();
        let mut slow = server.connect();
        slow.write_all(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na")
            .unwrap();
        let mut idle = server.connect();
        idle.write_all(format!("{GET}\r\n").as_bytes()).unwrap();
        server.tell(signal);
        assert_eq!(server.ended().code(), Some(0), "{signal}");
        // What was written is there for the next.
        Server::start(data.path(), &[]).assert_answers();
    }
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let (code, said) = refused(data.path(), &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("open in another Needlepoint"), "{said}");
    server.assert_answers();
}

#[test]
fn records_open_with_their_key_alone() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(Server::start(data.path(), &[]));
    drop(Server::start(other.path(), &[]));
    let key = other.path().join("practice.key");
    let (code, said) = refused(data.path(), &["--key-file", key.to_str().unwrap()]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("not the key of this practice"), "{said}");
    let none = data.path().join("none.key");
    let (code, said) = refused(data.path(), &["--key-file", none.to_str().unwrap()]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("is missing"), "{said}");
    assert!(!none.exists());
    fs::write(&key, "no key at all").unwrap();
    let (code, said) = refused(data.path(), &["--key-file", key.to_str().unwrap()]);
    assert_eq!((code, said.contains("is no key file")), (Some(2), true), "{said}");
}

#[test]
fn files_of_a_practice_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("practice");
    let _server = Server::start(&data, &[]);
    let others = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    let reachable = others(&data);
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        let key = path.ends_with("practice.key");
        assert!(others(&path) == 0 || (reachable == 0 && !key), "{}", path.display());
    }
}

#[test]
fn letting_others_in_without_encryption_is_told() {
    let data = tempfile::tempdir().unwrap();
    let told = "Other machines can reach it, and what they send is not encrypted";
    let server = Server::start(data.path(), &["--address", "0.0.0.0"]);
    assert!(server.said("Stop with Ctrl-C").contains(told));
    // Here it has names that it does not know; elsewhere another name is one of somebody else.
    let asked = |server: &Server| {
        let mut stream = server.connect();
        let head = "GET /sign-in HTTP/1.1\r\nHost: practice.example\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        until_closed(&mut stream)
    };
    assert!(asked(&server).starts_with("HTTP/1.1 200"));
    drop(server);
    let server = Server::start(data.path(), &[]);
    assert!(!server.said("Stop with Ctrl-C").contains(told));
    assert!(asked(&server).starts_with("HTTP/1.1 421"));
}

/// A certificate for this machine, signed by itself; none where there is no openssl.
fn certificate(folder: &Path) -> Option<[String; 4]> {
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.join(name));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args(["-days", "2", "-subj", "/CN=localhost", "-out"])
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    match made {
        Ok(made) => {
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            let [named_certificate, named_key] =
                ["--tls-certificate", "--tls-key"].map(str::to_owned);
            Some([named_certificate, text(&certificate), named_key, text(&key)])
        }
        Err(why) => {
            eprintln!("HTTPS WAS NOT TESTED: no openssl here ({why})");
            None
        }
    }
}

/// What comes back through a connection that is encrypted.
fn encrypted(server: &Server, request: &str, more: &[&str]) -> String {
    let mut child = Command::new("openssl")
        .args([
            "s_client",
            "-connect",
            &server.address.to_string(),
            "-servername",
            "localhost",
            "-ign_eof",
        ])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(request.as_bytes()).unwrap();
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned()
}

#[test]
fn with_a_certificate_everything_is_encrypted() {
    let data = tempfile::tempdir().unwrap();
    let Some(tls) = certificate(data.path()) else { return };
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    let server = Server::start(data.path(), &tls);
    let said = server.said("Stop with Ctrl-C");
    assert!(said.starts_with("Needlepoint listens at https://"), "{said}");
    let password =
        said.split("New account admin, password ").nth(1).unwrap().lines().next().unwrap();
    let body = format!("account=admin&password={password}");
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = encrypted(&server, &request, &[]);
    assert!(answer.contains("HTTP/1.1 303"), "{answer}");
    let cookie =
        answer.lines().find(|line| line.to_lowercase().starts_with("set-cookie:")).unwrap();
    for told in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(told), "{cookie}");
    }
    let get = format!("{GET}Connection: close\r\n\r\n");
    for old in ["-tls1", "-tls1_1"] {
        assert!(!encrypted(&server, &get, &[old]).contains("HTTP/1.1"), "{old}");
    }
    let offered = encrypted(&server, &get, &["-alpn", "h2,http/1.1"]);
    assert!(
        offered.contains("HTTP/1.1 200") && offered.contains("ALPN protocol: http/1.1"),
        "{offered}"
    );
    // Who does not speak it gets no page, and who never begins is not waited for.
    let mut plain = server.connect();
    plain.write_all(get.as_bytes()).unwrap();
    assert!(!until_closed(&mut plain).contains("HTTP/1.1"));
    let mut silent = server.connect();
    assert_eq!(until_closed(&mut silent), "");
}

#[test]
fn a_certificate_that_is_none_is_told() {
    let data = tempfile::tempdir().unwrap();
    let none = data.path().join("none.pem");
    fs::write(&none, "no certificate").unwrap();
    let none = none.to_str().unwrap();
    for (certificate, key) in [(none, none), ("/nothing/here.pem", none)] {
        let (code, said) =
            refused(data.path(), &["--tls-certificate", certificate, "--tls-key", key]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("certificate or its key can't be used"), "{said}");
    }
    let (code, said) = refused(data.path(), &["--tls-certificate", none]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--tls-key"), "{said}");
}
