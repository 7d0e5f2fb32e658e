//! The protected resources of a dialect (RFC 6749 §7, RFC 6750): who the user is, and what a scope
//! opens besides.

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::dialect::{Resource, Shown, Speech};
use crate::server::faults::effects;
use crate::server::oauth::bearer::{self, Refusal};
use crate::server::oauth::store::Grant;
use crate::server::oauth::{audience, dpop, http, mcp, resource_metadata};
use crate::server::world::User;
use crate::wire::{Request, Response};

/// Every method at every resource.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    let served = answer(server, request).map(|it| effects::bearer::kept(server, request, it));
    served.unwrap_or_else(|refusal| {
        let more = called(server, request)
            .map(|resource| resource_metadata::announced(server, request, resource, refusal));
        let response = refusal.response_with(server, &more.unwrap_or_default());
        dpop::challenge(server, request, (refusal.error(), refusal.description()), response)
    })
}

/// The resource that a request is for.
fn called(server: &Core, request: &Request) -> Option<&'static Resource> {
    server.dialect().resources.iter().find(|known| known.path == request.path())
}

fn answer(server: &Core, request: &Request) -> Result<Response, Refusal> {
    let grant = bearer::authenticate(server, request)?;
    bearer::query(server, request)?;
    // bearer/two-methods
    let method = effects::bearer::method(server, request, &request.method);
    let Some(resource) = called(server, request) else { return Err(Refusal::Missing) };
    // audience/foreign-token-refused
    if !audience::is_for(server, &request.origin, &grant.resources, resource) {
        return Err(Refusal::OtherAudience);
    }
    let (known, allowed): (&[&str], _) = match resource.speaks {
        Speech::Json => (&["GET", "HEAD"], "GET, HEAD"),
        Speech::Mcp => (&["POST"], "POST"),
    };
    if !known.contains(&method) {
        return Ok(http::method_not_allowed(allowed));
    }
    // bearer/insufficient-scope
    if !opens(server, &grant, resource) {
        return Err(Refusal::InsufficientScope);
    }
    let shown = shown(server, &grant, resource);
    Ok(match resource.speaks {
        Speech::Json => http::json(200, &shown),
        Speech::Mcp => mcp::answer(request, &shown),
    })
}

fn opens(server: &Core, grant: &Grant, resource: &Resource) -> bool {
    resource.scope.as_ref().is_none_or(|needed| {
        effects::resource::opens(server, grant, needed, grant.scopes.contains(needed))
    })
}

/// What the resource shows of the user who granted the token, or of the client that has it for itself.
// identity/current-user
fn shown(server: &Core, grant: &Grant, resource: &Resource) -> Value {
    let world = server.world();
    let user = effects::api::call::user(server, &world, world.user(&grant.user_id));
    let member = |shown: &Shown| {
        let of_user = |text: fn(&User) -> &String| user.map(|user| json!(text(user)));
        Some(match shown {
            Shown::Sub => {
                let sub = user.map_or(&grant.client_id, |user| &user.id);
                ("sub".to_owned(), json!(sub))
            }
            Shown::Name => ("name".to_owned(), of_user(|user| &user.name)?),
            Shown::Login => ("login".to_owned(), of_user(|user| &user.login)?),
            Shown::Email => ("email".to_owned(), of_user(|user| &user.login)?),
        })
    };
    Value::Object(resource.shows.iter().filter_map(member).collect::<Map<_, _>>())
}
