//! What comes with products that an enterprise buys besides: retention policies and legal holds with
//! one, security classifications with another (`box` security guide, "Restricted endpoints").

use serde_json::{Value, json};

use super::call::{Call, Reply, listed, shown};
use super::error::{self, Denied};
use super::gate::Gate;
use super::records::{edit, value};
use crate::server::faults::effects::api::call as effects;
use crate::server::world::{AdminRight, Product, Record, RecordKind, Role};

/// Name of the template that holds the classifications.
pub(in crate::server) const CLASSIFICATIONS: &str = "securityClassification-6VMVochwUWo";

/// One kind of policy.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Policy {
    kind: RecordKind,
    gate: Gate,
    /// The member that has to be there.
    name: &'static str,
}

/// How long content is kept.
// scope/manage-data-retention
pub(in crate::server) const RETENTION: Policy =
    Policy { kind: RecordKind::RetentionPolicy, gate: Gate::Retention, name: "policy_name" };
/// What is kept for a court.
pub(in crate::server) const LEGAL_HOLDS: Policy =
    Policy { kind: RecordKind::LegalHoldPolicy, gate: Gate::LegalHolds, name: "policy_name" };

/// The enterprise, if whoever acts administers it and it has the product.
// permission/add-on
fn entitled(call: &Call<'_>, product: Product) -> Result<String, Denied> {
    let Some(enterprise) = call.user.enterprise.clone() else { return Err(error::forbidden()) };
    let known = call.world.enterprise(&enterprise);
    let bought = known.is_some_and(|known| known.products.contains(&product));
    let may = call.user.role == Role::Admin
        || call.user.role == Role::CoAdmin && call.user.may(AdminRight::RunReports);
    let entitled = effects::entitled(call, product, bought, may);
    if entitled { Ok(enterprise) } else { Err(error::forbidden()) }
}

/// `GET` and `POST` of all policies.
pub(in crate::server) fn policies(call: &Call<'_>, policy: Policy) -> Reply {
    if !matches!(call.method(), "GET" | "POST") {
        return Err(error::method("GET, HEAD, POST"));
    }
    call.require(policy.gate)?;
    let enterprise = entitled(call, Product::Governance)?;
    if call.method() == "GET" {
        let here = |known: &&Record| {
            known.kind == policy.kind && known.enterprise.as_deref() == Some(&*enterprise)
        };
        let known = call.world.records.iter().filter(here);
        return listed(&known.map(|record| value(call, record)).collect::<Vec<_>>());
    }
    let members = call.body()?;
    if !members.contains_key(policy.name) {
        return Err(error::invalid(policy.name));
    }
    let record = call.change(|world| {
        let record = Record {
            id: world.fresh_id(),
            kind: policy.kind,
            owner: call.user.id.clone(),
            enterprise: Some(enterprise),
            item: None,
            members,
        };
        world.records.push(record.clone());
        record
    });
    shown(201, &value(call, &record))
}

/// `GET`, `PUT`, `DELETE` of one policy.
pub(in crate::server) fn policy(call: &Call<'_>, policy: Policy, id: &str) -> Reply {
    call.require(policy.gate)?;
    let enterprise = entitled(call, Product::Governance)?;
    let here = |known: &&Record| {
        known.kind == policy.kind
            && known.id == id
            && known.enterprise.as_deref() == Some(&*enterprise)
    };
    let record = call.world.records.iter().find(here);
    edit(call, record.ok_or_else(|| error::not_found(policy.kind.as_str()))?)
}

/// `GET` and `PUT` of the template that holds the classifications.
pub(in crate::server) fn classifications(call: &Call<'_>) -> Reply {
    if !matches!(call.method(), "GET" | "PUT") {
        return Err(error::method("GET, HEAD, PUT"));
    }
    call.require(Gate::Classifications)?;
    let enterprise = entitled(call, Product::Shield)?;
    if call.method() == "PUT" {
        let operations: Vec<Value> =
            serde_json::from_slice(&call.request.body).map_err(|_| error::invalid("body"))?;
        let names = operations.iter().filter_map(|one| one.pointer("/data/key")?.as_str());
        let names: Vec<String> = names.map(str::to_owned).collect();
        call.change(|world| {
            if let Some(enterprise) = world.enterprise_mut(&enterprise) {
                enterprise.classifications.extend(names);
            }
        });
    }
    let world = call.server.world();
    let known = world.enterprise(&enterprise).map(|known| known.classifications.clone());
    let options: Vec<Value> =
        known.unwrap_or_default().into_iter().map(|key| json!({"key": key})).collect();
    let body = json!({
        "type": "metadata_template",
        "templateKey": CLASSIFICATIONS,
        "scope": format!("enterprise_{enterprise}"),
        "displayName": "Classification",
        "hidden": false,
        "fields": [{
            "type": "enum",
            "key": "Box__Security__Classification__Key",
            "displayName": "Classification",
            "options": options,
        }],
    });
    shown(200, &body)
}
