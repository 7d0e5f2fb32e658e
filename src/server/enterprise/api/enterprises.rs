//! The enterprise: its profile and attributes, and the devices that its users signed in from.

use serde_json::{Value, json};

use super::call::{Call, Reply, listed, shown};
use super::error::{self, Denied};
use super::gate::Gate;
use super::records::{edit, value};
use crate::server::world::{AdminRight, Enterprise, Record, RecordKind};

/// `GET` and `PUT /enterprises/ID`
pub(in crate::server) fn one(call: &Call<'_>, id: &str) -> Reply {
    match call.method() {
        "GET" => {
            // scope/root-readwrite
            call.require(Gate::Profile)?;
            shown(200, &profile(own(call, id)?))
        }
        "PUT" => {
            // scope/manage-enterprise-properties
            call.require(Gate::Attributes)?;
            administered(call, id)?;
            let attributes = call.body()?;
            let texts = attributes.into_iter().filter_map(|(name, value)| match value {
                Value::String(text) => Some((name, text)),
                _ => None,
            });
            let changed = call.change(|world| {
                let enterprise = world.enterprise_mut(id)?;
                enterprise.attributes.extend(texts);
                Some(enterprise.clone())
            });
            shown(200, &profile(&changed.ok_or_else(|| error::not_found("enterprise"))?))
        }
        _ => Err(error::method("GET, HEAD, PUT")),
    }
}

/// The enterprise of whoever acts; nobody sees another one.
fn own<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c Enterprise, Denied> {
    let own = call.user.enterprise.as_deref() == Some(id);
    let found = call.world.enterprise(id).filter(|_| own);
    found.ok_or_else(|| error::not_found("enterprise"))
}

/// The enterprise of this identifier, where whoever acts is one of its administrators.
fn administered(call: &Call<'_>, id: &str) -> Result<(), Denied> {
    let enterprise = call.administer(AdminRight::RunReports)?;
    if enterprise == id { Ok(()) } else { Err(error::forbidden()) }
}

fn profile(enterprise: &Enterprise) -> Value {
    json!({
        "type": "enterprise",
        "id": enterprise.id,
        "name": enterprise.name,
        "attributes": enterprise.attributes,
    })
}

/// `GET /enterprises/ID/device_pinners`
pub(in crate::server) fn pinners(call: &Call<'_>, id: &str) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    call.require(Gate::Pins)?;
    administered(call, id)?;
    let here = |known: &&Record| {
        known.kind == RecordKind::DevicePinner && known.enterprise.as_deref() == Some(id)
    };
    let pins = call.world.records.iter().filter(here);
    listed(&pins.map(|record| value(call, record)).collect::<Vec<_>>())
}

/// `GET` and `DELETE /device_pinners/ID`
pub(in crate::server) fn pinner(call: &Call<'_>, id: &str) -> Reply {
    if !matches!(call.method(), "GET" | "DELETE") {
        return Err(error::method("GET, HEAD, DELETE"));
    }
    call.require(Gate::Pins)?;
    let enterprise = call.administer(AdminRight::RunReports)?;
    let is_it = |known: &&Record| {
        known.kind == RecordKind::DevicePinner
            && known.id == id
            && known.enterprise.as_deref() == Some(&*enterprise)
    };
    let found = call.world.records.iter().find(is_it);
    edit(call, found.ok_or_else(|| error::not_found("device_pinner"))?)
}
