//! What is answered when something is refused or fails: a status and `{"detail": "…"}`.
//! Which status says what stands in `json`; the cause of what failed goes into the log, once.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::json;
use crate::session::{Error, ErrorKind};

/// The body of every refusal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Detail {
    /// What was refused or failed, why, and what helps.
    pub detail: String,
}

/// A refusal or failure on its way to the caller.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    detail: String,
    retry_after: Option<u32>,
}

/// Put into an answer for the log: why the server itself failed.
#[derive(Debug, Clone)]
pub struct Cause(pub String);

impl Failure {
    /// A refusal with its status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// 400: what was asked makes no sense.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 429: too much of it at once.
    pub fn busy(detail: impl Into<String>, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail)
        }
    }

    /// 503: the server is stopping.
    pub fn stopping() -> Self {
        let detail = "the server is stopping; nothing was changed";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// 500: work that ended without an answer, which only a bug can make.
    pub fn broken(what: &str) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("could not {what}: the server failed; its log says more"),
        )
    }

    /// An error of the core; what was `Refused` has the status that it has for this request.
    pub fn of(error: &Error, refused: StatusCode) -> Self {
        if *error.kind() == ErrorKind::Cancelled {
            return Self::stopping();
        }
        let status = StatusCode::from_u16(json::status(error, refused.as_u16()));
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, error.full())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(&error, StatusCode::CONFLICT)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let cause = self
            .status
            .is_server_error()
            .then(|| Cause(self.detail.clone()));
        let detail = Json(Detail {
            detail: self.detail,
        });
        let mut response = (self.status, detail).into_response();
        if let Some(seconds) = self.retry_after {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Protection;

    #[test]
    fn an_error_has_the_status_that_the_command_line_says_of_it() {
        for (kind, status) in [
            (ErrorKind::InvalidId, 400),
            (ErrorKind::NotFound, 404),
            (ErrorKind::Protected(Protection::default()), 409),
            (ErrorKind::Base("why".into()), 500),
            (ErrorKind::NoSpace, 507),
            (ErrorKind::Cancelled, 503),
            (ErrorKind::Refused("why".into()), 415),
            (ErrorKind::Io, 500),
        ] {
            let error = Error::new(kind, "try", "");
            assert_eq!(json::status(&error, 415), status, "{error:?}");
            let failure = Failure::of(&error, StatusCode::UNSUPPORTED_MEDIA_TYPE);
            assert_eq!(failure.status.as_u16(), status, "{error:?}");
            assert_eq!(failure.into_response().status().as_u16(), status);
        }
    }
}
