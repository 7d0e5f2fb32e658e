//! Mistakes with what answers let other sites do: frame pages, be loaded by them, and read them.

use super::resource_metadata::forwarded;
use crate::server::core::Core;
use crate::server::faults::{authorize, consent as faults, device, registration};
use crate::server::oauth::interaction::{CONSENT, LOGIN};
use crate::server::variants;
use crate::wire::{Request, Response};

/// An answer as it leaves.
pub(in crate::server) fn dress(server: &Core, request: &Request, response: &mut Response) {
    // device/guesses-limited
    if response.status == 429 && server.varies(&variants::DEVICE_RETRY_LATER) {
        response.headers.push("Retry-After", "300");
    }
    if !server.switches().may_err() {
        return;
    }
    move_to_forwarded(server, request, response);
    if response.media_type().as_deref() == Some("text/html") {
        open_frames(server, request, response);
        load_elsewhere(server, request, response);
    }
    if server.is_authorization(request) && request.headers.get("origin").is_some() {
        open_to_scripts(server, request, response);
    }
    if request.method == "POST" && request.path() == LOGIN && response.status == 303 {
        let other = [(&faults::LOGIN_307, 307), (&faults::LOGIN_301, 301)];
        response.status = server.switches().pick(303, other);
    }
}

/// Has an answer lead to the host that a proxy is said to have been asked for.
// authorize/outside-host, device/outside-host, registration/outside-host
fn move_to_forwarded(server: &Core, request: &Request, response: &mut Response) {
    let Some(host) = forwarded(request) else { return };
    let own = request.origin.to_string();
    let moved = if server.is_authorization(request) {
        let form = server.has(&authorize::FORWARDED);
        form.then(|| (format!("action=\"{LOGIN}\""), format!("action=\"https://{host}{LOGIN}\"")))
    } else {
        let page = response.text().contains("\"verification_uri\"");
        let registered = response.text().contains("\"registration_client_uri\"");
        let wrong = page && server.has(&device::FORWARDED)
            || registered && server.has(&registration::FORWARDED);
        wrong.then(|| (format!("\"{own}/"), format!("\"https://{host}/")))
    };
    if let Some((right, wrong)) = moved {
        response.body = response.text().replace(&right, &wrong).into_bytes();
    }
}

// consent/not-framed
fn open_frames(server: &Core, request: &Request, response: &mut Response) {
    let open = server.has(&faults::FRAMED)
        || request.path() == CONSENT && server.has(&faults::CONSENT_FRAMED)
        || response.status >= 400 && server.has(&faults::ERRORS_FRAMED);
    if open {
        response.headers.remove("X-Frame-Options");
        response.headers.remove("Content-Security-Policy");
    } else if server.has(&faults::FRAMED_BY_ALL) {
        response.headers.set("Content-Security-Policy", "frame-ancestors *");
    }
}

// consent/no-third-parties
fn load_elsewhere(server: &Core, request: &Request, response: &mut Response) {
    let mut added = "";
    if server.has(&faults::FOREIGN_IMAGE) {
        added = "<img src=\"https://pictures.example/logo.png\" alt=\"\">";
    } else if request.path() == CONSENT && server.has(&faults::FOREIGN_LINK) {
        added = "<a href=\"https://help.example/\">Help</a>";
    }
    if !added.is_empty() {
        response.body = response.text().replace("</body>", &format!("{added}</body>")).into_bytes();
    }
}

// authorize/no-cors
fn open_to_scripts(server: &Core, request: &Request, response: &mut Response) {
    let origin = request.headers.text("origin").unwrap_or_default().to_string();
    let asks = request.method == "OPTIONS";
    if server.has(&authorize::CORS_ANY) {
        response.headers.set("Access-Control-Allow-Origin", "*");
    } else if server.has(&authorize::CORS_REFLECTED)
        || asks && server.has(&authorize::CORS_PREFLIGHT)
    {
        response.headers.set("Access-Control-Allow-Origin", origin);
    }
}
