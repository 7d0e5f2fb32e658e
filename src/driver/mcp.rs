//! How a server of the Model Context Protocol is called: by POST, with JSON-RPC.

use serde_json::{Value, json};
use url::Url;

use super::draft::Draft;
use crate::wire::Transport;

/// The first revision without sessions.
const WITHOUT_SESSIONS: &str = "2026-07-28";

/// The revision by which a server is called that nobody described.
pub(super) const USUAL: &str = "2025-11-25";

/// Whether a server of the Model Context Protocol answers whoever calls, without a token.
pub(super) async fn asks_nobody(transport: &dyn Transport, url: &Url) -> bool {
    let Some(request) = call(url, USUAL).to_request() else { return false };
    let Ok(response) = transport.send(&request).await else { return false };
    let text = String::from_utf8_lossy(&response.body);
    response.status == 200 && text.contains("\"jsonrpc\"") && text.contains("\"result\"")
}

/// The call with which each client of a revision begins. No session is needed for it.
pub(super) fn call(url: &Url, revision: &str) -> Draft {
    let mut draft = Draft::new("API call", "POST", url);
    draft.headers.push("Accept", "application/json, text/event-stream");
    let client = json!({"name": "oauthspec", "version": env!("CARGO_PKG_VERSION")});
    let (method, params) = if revision >= WITHOUT_SESSIONS {
        draft.headers.push("Mcp-Method", "server/discover");
        ("server/discover", json!({"_meta": meta(revision, &client)}))
    } else {
        let params = json!({
            "protocolVersion": revision, "capabilities": {}, "clientInfo": client,
        });
        ("initialize", params)
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
        let method = |revision: &str| call(&url, revision).json.unwrap()["method"].clone();
        assert_eq!(method("2025-11-25"), "initialize");
        assert_eq!(method("2026-07-28"), "server/discover");
    }
}
