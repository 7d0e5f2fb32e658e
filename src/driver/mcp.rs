//! How a server of the Model Context Protocol is called: by POST, with JSON-RPC.

use serde_json::{Value, json};
use url::Url;

use super::draft::Draft;
use crate::wire::Transport;

/// The first revision without sessions.
const WITHOUT_SESSIONS: &str = "2026-07-28";

/// The revision by which a server is called first that nobody described.
const USUAL: &str = "2025-11-25";

/// A method without effects that each server with tools has: which it has is what many show to clients with a token
/// alone, though whoever comes may begin.
const LISTS_TOOLS: &str = "tools/list";

/// How a server is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way<'w> {
    /// The revision of the protocol.
    pub revision: &'w str,
    /// The method; none: the one with which each client of the revision begins.
    pub method: Option<&'w str>,
}

/// The ways in which a server may be called that nobody described, the most usual first.
const WAYS: [Way<'static>; 4] = [
    Way { revision: USUAL, method: None },
    Way { revision: WITHOUT_SESSIONS, method: None },
    Way { revision: USUAL, method: Some(LISTS_TOOLS) },
    Way { revision: WITHOUT_SESSIONS, method: Some(LISTS_TOOLS) },
];

/// What calls without a token bring.
#[derive(Debug, Default)]
pub(super) struct Guarded {
    /// The ways in which a call is refused for want of a token.
    pub ways: Vec<Way<'static>>,
    /// The methods that whoever calls gets answered.
    pub open: Vec<&'static str>,
}

/// Which calls need a token.
pub(super) async fn guarded(transport: &dyn Transport, url: &Url) -> Guarded {
    let mut guarded = Guarded::default();
    let mut session = None;
    for way in WAYS {
        let mut draft = call(url, way);
        if let Some(session) = session.clone().filter(|_| way.revision < WITHOUT_SESSIONS) {
            draft.headers.push(SESSION, session);
        }
        let Some(request) = draft.to_request() else { return guarded };
        let Ok(response) = transport.send(&request).await else { return guarded };
        let text = String::from_utf8_lossy(&response.body);
        if matches!(response.status, 401 | 403) {
            guarded.ways.push(way);
        } else if response.status == 200
            && text.contains("\"jsonrpc\"")
            && text.contains("\"result\"")
        {
            guarded.open.push(way.method());
            let named = response.headers.text(SESSION);
            session = session.or_else(|| named.map(std::borrow::Cow::into_owned));
        }
    }
    guarded
}

/// The header field that names a session.
const SESSION: &str = "Mcp-Session-Id";

impl Way<'_> {
    fn method(self) -> &'static str {
        match (self.method, self.revision >= WITHOUT_SESSIONS) {
            (Some(_), _) => LISTS_TOOLS,
            (None, true) => "server/discover",
            (None, false) => "initialize",
        }
    }
}

/// A call without effects. No session is needed for the one with which clients begin.
pub(super) fn call(url: &Url, way: Way<'_>) -> Draft {
    let mut draft = Draft::new("API call", "POST", url);
    draft.headers.push("Accept", "application/json, text/event-stream");
    let client = json!({"name": "oauthspec", "version": env!("CARGO_PKG_VERSION")});
    let Way { revision, method } = way;
    let method = method.unwrap_or(way.method());
    let params = match method {
        _ if revision >= WITHOUT_SESSIONS => {
            draft.headers.push("Mcp-Method", method);
            json!({"_meta": meta(revision, &client)})
        }
        "initialize" => {
            json!({"protocolVersion": revision, "capabilities": {}, "clientInfo": client})
        }
        _ => json!({}),
    };
    draft.headers.push("MCP-Protocol-Version", revision);
    draft.json = Some(json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
    draft
}

fn meta(revision: &str, client: &Value) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": revision,
        "io.modelcontextprotocol/clientInfo": client,
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_method_depends_on_the_revision() {
        let url = Url::parse("https://mcp.example/mcp").unwrap();
        let method =
            |revision, method| call(&url, Way { revision, method }).json.unwrap()["method"].clone();
        assert_eq!(method("2025-11-25", None), "initialize");
        assert_eq!(method("2026-07-28", None), "server/discover");
        assert_eq!(method("2025-11-25", Some("tools/list")), "tools/list");
    }
}
