//! Who may ask: the right `Host`, no foreign page, and where one is needed the token. Decided before a
//! request has any effect, from its head alone.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Server;
use super::error::Failure;

/// The address of ours that a connection came to; put into each request where there is a connection.
#[derive(Debug, Clone, Copy)]
pub struct Local(pub SocketAddr);

/// What shows no session, and may be seen without the token: a browser sends none when it opens a page.
const PUBLIC: [&str; 6] = [
    "/",
    "/health",
    "/openapi.json",
    "/docs",
    "/docs/page.js",
    "/docs/page.css",
];

const METHODS: &str = "GET, HEAD, POST, DELETE";
const ALLOWED: &str = "authorization, content-type, if-range, range";
const EXPOSED: &str = "accept-ranges, content-disposition, content-range, etag, retry-after";

/// Around every route.
pub async fn callers(State(server): State<Server>, request: Request, next: Next) -> Response {
    let origin = match check_place(&server, &request) {
        Ok(origin) => origin,
        Err(failure) => return with_safety(failure.into_response()),
    };
    let mut response = if is_preflight(&request) {
        preflight(&request)
    } else {
        match check_token(&server, &request) {
            Ok(()) => next.run(request).await,
            Err(failure) => failure.into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static(EXPOSED);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    with_safety(response)
}

/// Nothing is guessed from content, and no page of others shows or loads what we send.
fn with_safety(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let absent = !headers.contains_key(header::CACHE_CONTROL);
    if absent {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Refuses another host's name and another origin's page; the origin if it is one that is allowed.
fn check_place(server: &Server, request: &Request) -> Result<Option<HeaderValue>, Failure> {
    let headers = request.headers();
    let local = request.extensions().get::<Local>();
    let is_ours = |authority: &str| is_ours(authority, server.address, local.map(|l| l.0));
    let host = one(headers, header::HOST)?;
    let named = host.and_then(|h| h.to_str().ok());
    let in_line = request.uri().authority().map(Authority::as_str);
    if !named.is_some_and(is_ours) || !in_line.is_none_or(is_ours) {
        return Err(forbidden(format!(
            "this host is not served here; ask {}",
            server.address
        )));
    }
    let Some(origin) = one(headers, header::ORIGIN)? else {
        let site = headers.get("sec-fetch-site");
        return match site.is_some_and(|s| s.as_bytes().eq_ignore_ascii_case(b"cross-site")) {
            true => Err(foreign()),
            false => Ok(None),
        };
    };
    let text = origin.to_str().unwrap_or_default();
    if text.strip_prefix("http://").is_some_and(is_ours) {
        return Ok(None);
    }
    let allowed = |o: &String| o.trim_end_matches('/').eq_ignore_ascii_case(text);
    match server.options.allow_origins.iter().any(allowed) {
        true => Ok(Some(origin.clone())),
        false => Err(foreign()),
    }
}

/// The one header of this name. Two of them are one too many: who reads which is anybody's guess.
fn one(headers: &HeaderMap, name: header::HeaderName) -> Result<Option<&HeaderValue>, Failure> {
    let mut all = headers.get_all(&name).iter();
    match (all.next(), all.next()) {
        (_, Some(_)) => Err(Failure::bad(format!("{name} stands there twice"))),
        (first, None) => Ok(first),
    }
}

fn forbidden(detail: impl Into<String>) -> Failure {
    Failure::new(StatusCode::FORBIDDEN, detail)
}

fn foreign() -> Failure {
    forbidden(
        "a page of another origin asks; if it may, start the server with --allow-origin and its origin",
    )
}

/// Whether `authority` names us: our address, that of ours which the connection came to, or this computer
/// by one of its three names, always with our port.
fn is_ours(authority: &str, address: SocketAddr, local: Option<SocketAddr>) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => match port.parse::<u16>() {
            Ok(number) if port.bytes().all(|b| b.is_ascii_digit()) => (host, number),
            _ => return false,
        },
        _ => (authority, 80),
    };
    if port != address.port() {
        return false;
    }
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let ip: Option<IpAddr> = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(six) => six.parse().ok().map(IpAddr::V6),
        None => host.parse().ok().map(IpAddr::V4),
    };
    ip.is_some_and(|ip| {
        let ours = [Some(address), local].into_iter().flatten();
        let is_home =
            ip == IpAddr::from([127, 0, 0, 1]) || ip == IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);
        is_home || (!ip.is_unspecified() && ours.map(|o| o.ip().to_canonical()).any(|o| o == ip))
    })
}

fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a browser asks before it sends a page's request: no effect, and no token yet.
fn preflight(request: &Request) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if request
        .headers()
        .contains_key("access-control-request-private-network")
    {
        let yes = HeaderValue::from_static("true");
        headers.insert("access-control-allow-private-network", yes);
    }
    response
}

fn check_token(server: &Server, request: &Request) -> Result<(), Failure> {
    let Some(token) = &server.options.token else {
        return Ok(());
    };
    if PUBLIC.contains(&request.uri().path()) {
        return Ok(());
    }
    let given = one(request.headers(), header::AUTHORIZATION)?.map(HeaderValue::as_bytes);
    let bearer = given.and_then(|value| {
        let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
    });
    if bearer.is_some_and(|given| token.is(given)) {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::UNAUTHORIZED,
        "this server wants its token; send the header Authorization: Bearer and the token",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_20_only_our_own_names_are_ours() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        let home = at("127.0.0.1:8001");
        for good in [
            "127.0.0.1:8001",
            "localhost:8001",
            "LOCALHOST:8001",
            "[::1]:8001",
        ] {
            assert!(is_ours(good, home, None), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "evil.example:8001",
            "localhost",
            "localhost:8002",
            "localhost:+8001",
            "localhost.:8001",
            "localhost.evil.example:8001",
            "127.0.0.1.evil.example:8001",
            "127.0.0.2:8001",
            "127.1:8001",
            "0.0.0.0:8001",
            "::1:8001",
            "[::1]",
            "user@localhost:8001",
            "localhost:8001:8001",
        ] {
            assert!(!is_ours(bad, home, None), "{bad}");
        }
        assert!(is_ours("localhost", at("127.0.0.1:80"), None));
        let all = at("0.0.0.0:8001");
        assert!(!is_ours("192.168.1.5:8001", all, None));
        assert!(is_ours(
            "192.168.1.5:8001",
            all,
            Some(at("192.168.1.5:8001"))
        ));
        let mapped = Some(at("[::ffff:192.168.1.5]:8001"));
        assert!(is_ours("192.168.1.5:8001", at("[::]:8001"), mapped));
    }
}
