//! Requests that change something come from a page of this server.
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site`, and `Origin` for everything but plain reading. A page
//! elsewhere can make a browser send the cookie (if `SameSite` were not heeded), but can't change what these say. A request
//! with a cookie and without either is no browser of the last years: it is refused. Programs send a token, no cookie.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::refusal::Refusal;

/// Let through what changes nothing, and what comes from here.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // What is for programs changes nothing in the records; who comes without a cookie there is told that a token is needed.
    let program = request.uri().path().starts_with("/api/")
        && !request.headers().contains_key(header::COOKIE);
    if changes && !program && !comes_from_here(request.headers()) {
        return Refusal::Foreign.into_response();
    }
    next.run(request).await
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE) {
        return true;
    }
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = text("host");
            let named = origin.split_once("://").map(|(_, host)| host);
            named.is_some() && named == host
        }
        (None, None) => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn allowed(headers: &[(&'static str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (header::HeaderName::from_static(name), header::HeaderValue::from_str(value).unwrap())
        });
        comes_from_here(&headers.collect())
    }

    #[test]
    fn only_own_pages_and_programs_with_a_token_change_something() {
        assert!(allowed(&[("sec-fetch-site", "same-origin"), ("cookie", "a=b")]));
        assert!(allowed(&[("origin", "http://localhost:80"), ("host", "localhost:80")]));
        assert!(allowed(&[("authorization", "Bearer x")]));
        for foreign in ["cross-site", "same-site", "nonsense", ""] {
            assert!(!allowed(&[("sec-fetch-site", foreign), ("host", "localhost")]));
        }
        assert!(!allowed(&[("origin", "http://localhost:81"), ("host", "localhost:80")]));
        assert!(!allowed(&[("origin", "null"), ("host", "localhost:80")]));
        assert!(!allowed(&[("authorization", "Bearer x"), ("cookie", "a=b")]));
        assert!(!allowed(&[("cookie", "a=b")]));
        assert!(!allowed(&[]));
    }
}
