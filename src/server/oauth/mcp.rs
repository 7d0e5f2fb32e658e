//! What a server of the Model Context Protocol answers, behind its authorization: enough for real clients to
//! begin with it, and a tool that says whose token came along.

use serde_json::{Value, json};

use crate::server::oauth::http;
use crate::wire::{Request, Response};

/// The only tool.
const TOOL: &str = "whoami";
/// Codes of JSON-RPC 2.0 §5.1.
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

/// The answer to a call by somebody of whom this may be shown.
pub(in crate::server) fn answer(request: &Request, shown: &Value) -> Response {
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(method) = asked["method"].as_str() else {
        let error = error(INVALID_REQUEST, "This is not a JSON-RPC request");
        return http::json(400, &reply(&Value::Null, "error", error));
    };
    // A notification is taken, and not answered.
    let Some(id) = asked.get("id") else { return Response::new(202) };
    http::json(
        200,
        &match result(method, &asked["params"], shown) {
            Ok(result) => reply(id, "result", result),
            Err(error) => reply(id, "error", error),
        },
    )
}

fn reply(id: &Value, member: &str, value: Value) -> Value {
    let mut reply = json!({"jsonrpc": "2.0", "id": id});
    reply[member] = value;
    reply
}

fn error(code: i32, message: &str) -> Value {
    json!({"code": code, "message": message})
}

/// The result of a method, which says besides whose token came along.
fn result(method: &str, params: &Value, shown: &Value) -> Result<Value, Value> {
    let mut result = match method {
        "initialize" | "server/discover" => server(method, params),
        "ping" => json!({}),
        "tools/list" => json!({"tools": [{
            "name": TOOL,
            "description": "Says whose access token came along",
            "inputSchema": {"type": "object"},
        }]}),
        "tools/call" if params["name"] == TOOL => {
            let whose = shown.get("login").or_else(|| shown.get("sub"));
            json!({"content": [{"type": "text", "text": whose}]})
        }
        "tools/call" => return Err(error(INVALID_PARAMS, "There is no tool of this name")),
        _ => return Err(error(METHOD_NOT_FOUND, "There is no method of this name")),
    };
    result["_meta"] = shown.clone();
    Ok(result)
}

/// What the server is. A client of a revision with sessions names the one that it wants.
fn server(method: &str, params: &Value) -> Value {
    let mut server = json!({
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "oauthspec", "version": "0"},
    });
    if method == "initialize" {
        server["protocolVersion"] = params["protocolVersion"].clone();
    }
    server
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::testing;

    fn told(call: &Value) -> (u16, Value) {
        let request = testing::post("/mcp", &call.to_string());
        let shown = json!({"sub": "1", "login": "alice@example.com"});
        let response = answer(&request, &shown);
        (response.status, serde_json::from_slice(&response.body).unwrap_or_default())
    }

    #[test]
    fn calls_are_answered_and_notifications_taken() {
        let call = |method: &str, params: Value| {
            told(&json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})).1
        };
        let begun = call("initialize", json!({"protocolVersion": "2025-11-25"}));
        assert_eq!(begun["result"]["protocolVersion"], "2025-11-25");
        assert_eq!((&begun["id"], &begun["result"]["_meta"]["sub"]), (&json!(7), &json!("1")));
        assert_eq!(call("tools/list", json!({}))["result"]["tools"][0]["name"], TOOL);
        let whose = call("tools/call", json!({"name": TOOL}));
        assert_eq!(whose["result"]["content"][0]["text"], "alice@example.com");
        assert_eq!(call("tools/call", json!({"name": "other"}))["error"]["code"], INVALID_PARAMS);
        assert_eq!(call("other", json!({}))["error"]["code"], METHOD_NOT_FOUND);
        assert_eq!(told(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).0, 202);
        assert_eq!(told(&json!({"jsonrpc": "2.0"})).0, 400);
    }
}
