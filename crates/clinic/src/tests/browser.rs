//! Asks as a browser does: with cookies, and saying where a request comes from.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, Method, Request, StatusCode, header},
};
use tower::ServiceExt as _;

/// Most bytes of an answer.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// What separates the parts of an upload.
const BOUNDARY: &str = "needlepoint-boundary";

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header; empty if it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    pub(super) fn location(&self) -> &str {
        self.header("location")
    }
}

/// One part of an upload.
pub(super) struct Part<'p> {
    pub(super) name: &'p str,
    /// Name of the file, for one.
    pub(super) file: Option<&'p str>,
    pub(super) bytes: &'p [u8],
}

impl<'p> Part<'p> {
    pub(super) fn text(name: &'p str, text: &'p str) -> Self {
        Self { name, file: None, bytes: text.as_bytes() }
    }

    pub(super) fn file(name: &'p str, file: &'p str, bytes: &'p [u8]) -> Self {
        Self { name, file: Some(file), bytes }
    }
}

/// A browser at one address, with its cookies and what it says with every request.
#[derive(Clone)]
pub(super) struct Browser {
    router: Router,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) peer: SocketAddr,
    /// Said with every request, instead of what a browser would say under the same name.
    pub(super) says: Vec<(&'static str, String)>,
}

impl Browser {
    pub(super) fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            peer: SocketAddr::from(([127, 0, 0, 1], 50_000)),
            says: Vec::new(),
        }
    }

    /// The same with one more header.
    pub(super) fn saying(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.says.push((name, value.to_owned()));
        other
    }

    /// A request as it leaves, before headers that this browser says by itself.
    pub(super) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Reply {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        let headers = request.headers_mut();
        headers.insert(header::HOST, "localhost".parse().unwrap());
        headers.insert(header::ACCEPT, "text/html,*/*;q=0.8".parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        if !kind.is_empty() {
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        for (name, value) in &self.says {
            let name = HeaderName::from_static(name);
            if value.is_empty() {
                headers.remove(name);
            } else {
                headers.insert(name, value.parse().unwrap());
            }
        }
        self.send(request).await
    }

    /// A request just as it is.
    pub(super) async fn send(&mut self, mut request: Request<Body>) -> Reply {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, ANSWER_BYTES).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    pub(super) async fn get(&mut self, path: &str) -> Reply {
        self.ask(Method::GET, path, "", Vec::new()).await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = "application/x-www-form-urlencoded";
        self.ask(Method::POST, path, kind, body.into_bytes()).await
    }

    pub(super) async fn post_json(&mut self, path: &str, json: &serde_json::Value) -> Reply {
        self.ask(Method::POST, path, "application/json", json.to_string().into_bytes()).await
    }

    pub(super) async fn upload(&mut self, path: &str, parts: &[Part<'_>]) -> Reply {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.ask(Method::POST, path, &kind, multipart(parts)).await
    }

    /// Sign in; the answer.
    pub(super) async fn sign_in(&mut self, account: &str, password: &str) -> Reply {
        self.post("/sign-in", &[("account", account), ("password", password)]).await
    }
}

/// Parts of an upload as they travel.
fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let name = part.name;
        let file = part.file.map_or(String::new(), |file| {
            format!("; filename=\"{file}\"\r\ncontent-type: image/jpeg")
        });
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}");
        body.extend(head.bytes());
        body.extend(b"\r\n\r\n");
        body.extend(part.bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}
