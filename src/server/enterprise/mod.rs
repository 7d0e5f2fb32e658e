//! What enterprises add to OAuth 2.0: the objects behind the API, the consoles, sign-on at a company,
//! the approval of applications, and the grants of server applications.

pub(in crate::server) mod api;
pub(in crate::server) mod app_approval;
mod approved_grant;
pub(in crate::server) mod company;
pub(in crate::server) mod console;
pub(in crate::server) mod credentials;
pub(in crate::server) mod developer;
pub(in crate::server) mod exchange;
pub(in crate::server) mod identity_provider;
pub(in crate::server) mod jwt;
pub(in crate::server) mod narrowing;
pub(in crate::server) mod sign_on;
pub(in crate::server) mod subject;
pub(in crate::server) mod visits;

use crate::server::core::{Core, Extension};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::sessions::{Authorization, FormKey};
use crate::server::policy::Reason;
use crate::server::world::{Application, GrantType, User};
use crate::wire::{Params, Request, Response};

/// The layer of enterprises, as the endpoints below ask for it.
pub(in crate::server) struct Enterprises;

impl Extension for Enterprises {
    fn parameters(&self) -> &'static [&'static str] {
        &["box_subject_type", "box_subject_id", "box_shared_link"]
    }

    fn exchange(
        &self,
        server: &Core,
        request: &Request,
        params: &Params,
    ) -> Result<Issued, Refusal> {
        exchange::grant(server, request, params)
    }

    fn grant(
        &self,
        server: &Core,
        request: &Request,
        (app, by): (&Application, GrantType),
        params: &Params,
    ) -> Result<Issued, Refusal> {
        match by {
            GrantType::ClientCredentials => credentials::grant(server, app, params),
            GrantType::JwtBearer => jwt::grant(server, request, app, params),
            _ => Err(server.refusal(Reason::GrantNotAllowed)),
        }
    }

    fn refuse(&self, server: &Core, asked: &Authorization, user: &User) -> Option<Response> {
        app_approval::refuse(server, asked, user)
    }

    fn sign_on(&self, server: &Core) -> Option<&'static str> {
        sign_on::is_offered(server).then_some(sign_on::BEGIN)
    }

    fn sign_in_elsewhere(&self, server: &Core, key: FormKey<'_>, login: &str) -> Option<Response> {
        sign_on::begin_for(server, key, login)
    }

    fn signs_in_elsewhere(&self, server: &Core, user_id: &str) -> bool {
        sign_on::is_of_company(server, user_id)
    }
}
