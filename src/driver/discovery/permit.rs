//! Which hosts may be spoken to: nothing goes off the loopback interface unasked.

use url::Url;

use crate::wire::{Origin, bare_host};

/// The hosts that somebody is allowed to test, beside the loopback interface.
#[derive(Debug, Clone, Default)]
pub struct Permit {
    /// Host names or addresses.
    pub hosts: Vec<String>,
    /// Those among them in private networks that may be spoken to over plain HTTP.
    pub plain: Vec<String>,
}

impl Permit {
    /// Whether a request may go to this URL.
    ///
    /// # Errors
    /// Why not, and what to do.
    pub fn check(&self, url: &Url) -> Result<(), String> {
        let Some(origin) = Origin::of(url) else {
            return Err(format!("`{url}` is not an http or https URL"));
        };
        if origin.is_loopback() {
            return Ok(());
        }
        let host = &origin.host;
        if !self.hosts.iter().any(|known| bare_host(known) == bare_host(host)) {
            return Err(format!(
                "{url} is not on the loopback interface: nothing was sent there. Add `--authorized \
                 {host}` if you are allowed to test it"
            ));
        }
        if url.scheme() == "http"
            && !self.plain.iter().any(|known| bare_host(known) == bare_host(host))
        {
            return Err(format!(
                "{url}: secrets are not sent to {host} over plain HTTP; use https, or add \
                 `--test-credentials` if it is in a private network and every secret is worthless"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_loopback_interface_and_what_was_named_is_spoken_to() {
        let hosts = vec!["auth.example".into(), "2001:db8::1".into(), "keycloak".into()];
        let permit = Permit { hosts, plain: vec!["keycloak".into()] };
        let check = |url: &str| permit.check(&Url::parse(url).unwrap());
        for good in [
            "http://127.0.0.1:1/x",
            "http://[::1]:1/",
            "http://localhost/",
            "https://auth.example/",
            "https://AUTH.example/",
            "https://[2001:db8::1]/",
            "http://keycloak:8080/",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let plain = check("http://auth.example/").unwrap_err();
        assert!(plain.contains("over plain HTTP"), "{plain}");
        let other = check("https://other.example/").unwrap_err();
        assert!(other.contains("--authorized other.example"), "{other}");
        assert!(check("https://auth.example.evil.example/").is_err());
        assert!(check("ftp://127.0.0.1/").is_err());
    }
}
