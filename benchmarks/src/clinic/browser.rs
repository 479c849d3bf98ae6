//! A browser, as far as a server can tell: one connection that is kept, and a cookie.

use std::{
    io::{self, Write as _},
    net::{SocketAddr, TcpStream},
    ops::Range,
    time::{Duration, Instant},
};

use form_urlencoded::Serializer;
use httparse::{EMPTY_HEADER, Response, Status};

/// Longer than the server lets any request take.
const PATIENCE: Duration = Duration::from_secs(90);
/// More than an answer has.
const MOST_HEADERS: usize = 48;
/// Most that is read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// What a browser says of every request to a page of the server that it shows.
const SAID: &str = "Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Site: same-origin\r\n";
/// What stands between the parts of a form with files.
const BOUNDARY: &str = "needlepoint-benchmarks-0123456789";

/// What a request carries.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    media_type: String,
    bytes: Vec<u8>,
}

impl Sent {
    /// The fields of a form.
    pub(crate) fn form(fields: &[(&str, &str)]) -> Self {
        let text = Serializer::new(String::new()).extend_pairs(fields).finish();
        Self::of("application/x-www-form-urlencoded", text.into_bytes())
    }

    /// The fields of a form that takes files, and a PNG under the name of another field.
    pub(crate) fn form_with_file(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Self {
        let mut bytes = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        if let Some((name, content)) = file {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.png\"\r\n\
                 Content-Type: image/png\r\n\r\n"
            );
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(content);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        Self::of(&format!("multipart/form-data; boundary={BOUNDARY}"), bytes)
    }

    /// Anything.
    pub(crate) fn of(media_type: &str, bytes: Vec<u8>) -> Self {
        Self { media_type: media_type.to_owned(), bytes }
    }
}

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where it leads.
    pub(crate) location: Option<String>,
    /// As it came: packed, if that was accepted.
    pub(crate) body: Vec<u8>,
    /// From the first byte that was sent to the last that came.
    pub(crate) took: Duration,
    cookie: Option<String>,
}

impl Answer {
    /// As text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One browser.
#[derive(Debug)]
pub(crate) struct Browser {
    address: SocketAddr,
    cookie: String,
    connection: Option<TcpStream>,
    /// Whether answers may come packed, as browsers ask for.
    packed: bool,
}

impl Browser {
    /// One that has asked for nothing yet, with the cookie of a session.
    pub(crate) fn new(address: SocketAddr, cookie: &str) -> Self {
        Self { address, cookie: cookie.to_owned(), connection: None, packed: false }
    }

    /// One that takes answers packed.
    pub(crate) fn packed(self) -> Self {
        Self { packed: true, ..self }
    }

    /// Another with the same cookie, a connection of its own, and answers that are not packed.
    pub(crate) fn same_session(&self) -> Self {
        Self::new(self.address, &self.cookie)
    }

    /// Signs in and gives the cookie.
    pub(crate) fn sign_in(&mut self, account: &str, password: &str) -> io::Result<String> {
        let form = Sent::form(&[("account", account), ("password", password)]);
        let answer = self.post("/sign-in", &form)?;
        match (answer.status, &answer.cookie) {
            (303, Some(cookie)) => {
                self.cookie.clone_from(cookie);
                Ok(cookie.clone())
            }
            _ => Err(io::Error::other(format!("{account} can't sign in: {}", answer.status))),
        }
    }

    /// Asks for a page or a file.
    pub(crate) fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.ask("GET", path, None)
    }

    /// Sends something.
    pub(crate) fn post(&mut self, path: &str, sent: &Sent) -> io::Result<Answer> {
        self.ask("POST", path, Some(sent))
    }

    fn ask(&mut self, method: &str, path: &str, sent: Option<&Sent>) -> io::Result<Answer> {
        let request = self.request(method, path, sent)?;
        let begun = Instant::now();
        // A connection on which something went wrong is not used again.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(self.address)?,
        };
        connection.write_all(&request)?;
        let (mut answer, keep) = Reader::new(&mut connection).answer()?;
        answer.took = begun.elapsed();
        if keep {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn request(&self, method: &str, path: &str, sent: Option<&Sent>) -> io::Result<Vec<u8>> {
        let Self { address, cookie, packed, .. } = self;
        let mut request = Vec::new();
        write!(request, "{method} {path} HTTP/1.1\r\nHost: {address}\r\n")?;
        request.extend_from_slice(SAID.as_bytes());
        if !cookie.is_empty() {
            write!(request, "Cookie: {cookie}\r\n")?;
        }
        if *packed {
            request.extend_from_slice(b"Accept-Encoding: gzip, deflate\r\n");
        }
        if let Some(Sent { media_type, bytes }) = sent {
            write!(request, "Content-Type: {media_type}\r\nContent-Length: {}\r\n", bytes.len())?;
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(sent.map_or(&[], |sent| &sent.bytes));
        Ok(request)
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    Ok(connection)
}

/// What a head says of the body after it.
enum Length {
    Bytes(usize),
    Pieces,
}

/// Reads one answer, and says no to one that does not come to its end.
struct Reader<R> {
    from: R,
    held: Vec<u8>,
}

impl<R: io::Read> Reader<R> {
    fn new(from: R) -> Self {
        Self { from, held: Vec::new() }
    }

    fn more(&mut self) -> io::Result<()> {
        let before = self.held.len();
        self.held.resize(before + PIECE_BYTES, 0);
        let read = self.from.read(&mut self.held[before..])?;
        self.held.truncate(before + read);
        if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// The answer, and whether the connection is kept.
    fn answer(mut self) -> io::Result<(Answer, bool)> {
        let (mut answer, length, head, keep) = loop {
            if let Some(read) = self.head()? {
                break read;
            }
            self.more()?;
        };
        answer.body = match length {
            Length::Bytes(bytes) => self.bytes(head, bytes)?,
            Length::Pieces => self.pieces(head)?,
        };
        Ok((answer, keep))
    }

    fn head(&self) -> io::Result<Option<(Answer, Length, usize, bool)>> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut response = Response::new(&mut headers);
        let Status::Complete(end) = response.parse(&self.held).map_err(io::Error::other)? else {
            return Ok(None);
        };
        let header = |name: &str| {
            let known = response.headers.iter().find(|known| known.name.eq_ignore_ascii_case(name));
            known.and_then(|known| std::str::from_utf8(known.value).ok())
        };
        let length = match header("content-length").map(str::parse) {
            Some(Ok(bytes)) => Length::Bytes(bytes),
            Some(Err(why)) => return Err(io::Error::other(why)),
            None if header("transfer-encoding") == Some("chunked") => Length::Pieces,
            None => Length::Bytes(0),
        };
        let keep = header("connection") != Some("close");
        let cookie = header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let answer = Answer {
            status: response.code.unwrap_or_default(),
            location: header("location").map(str::to_owned),
            cookie: cookie.map(str::to_owned),
            body: Vec::new(),
            took: Duration::ZERO,
        };
        Ok(Some((answer, length, end, keep)))
    }

    fn bytes(&mut self, from: usize, bytes: usize) -> io::Result<Vec<u8>> {
        while self.held.len() < from + bytes {
            self.more()?;
        }
        Ok(self.held[from..from + bytes].to_vec())
    }

    fn pieces(&mut self, mut at: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let piece = self.piece(at)?;
            if piece.is_empty() {
                return Ok(body);
            }
            body.extend_from_slice(&self.held[piece.clone()]);
            at = piece.end + 2;
        }
    }

    /// Where the next piece lies; the line after it has come as well.
    fn piece(&mut self, at: usize) -> io::Result<Range<usize>> {
        loop {
            let held = self.held.get(at..).unwrap_or_default();
            let size = httparse::parse_chunk_size(held);
            match size.map_err(|_| io::Error::other("a piece without a size"))? {
                Status::Complete((line, bytes)) => {
                    let from = at + line;
                    let to = from + bytes as usize;
                    while self.held.len() < to + 2 {
                        self.more()?;
                    }
                    return Ok(from..to);
                }
                Status::Partial => self.more()?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Slowly<'b>(&'b [u8]);

    impl io::Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.len().min(3).min(into.len());
            into[..bytes].copy_from_slice(&self.0[..bytes]);
            self.0 = &self.0[bytes..];
            Ok(bytes)
        }
    }

    fn read(answer: &str) -> io::Result<(Answer, bool)> {
        Reader::new(Slowly(answer.as_bytes())).answer()
    }

    const WHOLE: &str = "HTTP/1.1 303 See Other\r\nLocation: /a\r\nSet-Cookie: n=1; Path=/\r\n\
                         Content-Length: 5\r\nConnection: close\r\n\r\nabcde";
    const IN_PIECES: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                             3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";

    #[test]
    fn an_answer_is_read_whole() {
        let (answer, keep) = read(WHOLE).expect("whole");
        assert_eq!((answer.status, answer.text().as_str(), keep), (303, "abcde", false));
        assert_eq!(
            (answer.location.as_deref(), answer.cookie.as_deref()),
            (Some("/a"), Some("n=1"))
        );
        let (answer, keep) = read(IN_PIECES).expect("whole");
        assert_eq!((answer.status, answer.text().as_str(), keep), (200, "abc0123456789", true));
    }

    #[test]
    fn an_answer_that_breaks_off_is_none() {
        for answer in [WHOLE, IN_PIECES] {
            for end in 0..answer.len() {
                assert!(read(&answer[..end]).is_err(), "{:?}", &answer[..end]);
            }
        }
    }

    #[test]
    fn a_form_with_a_file_ends_with_its_boundary() {
        let sent = Sent::form_with_file(&[("a", "b")], Some(("c", &[1, 2])));
        let text = String::from_utf8_lossy(&sent.bytes).into_owned();
        assert!(
            text.contains("name=\"a\"\r\n\r\nb\r\n--") && text.contains("name=\"c\""),
            "{text}"
        );
        assert!(text.ends_with(&format!("--{BOUNDARY}--\r\n")), "{text}");
    }
}
