//! What a code is good for that came by a changed form: for what the client asked for, or for nothing.

use super::authorize::Asked;
use super::case::{Base, Edit, Shot};
use super::forms::rule_of;
use super::oracle::Finding;
use super::play::Player;
use super::reading::given;
use crate::driver::journey::Journey;
use crate::driver::tampering::{How, Tampering};
use crate::driver::{Code, Unmet};
use crate::observe::{Observed, success};
use crate::wire::transport::Sent;

impl Player<'_> {
    /// Redeems a code that came by a changed form, where that alone shows what the form changed.
    pub(super) async fn as_asked(
        &mut self,
        how: &Tampering,
        asked: &Asked,
        journey: &Journey,
    ) -> Result<(), Unmet> {
        let rule = rule_of(&how.name);
        let Some(level) = self.stage.terms.level(rule).filter(|_| journey.tampered) else {
            return Ok(());
        };
        let Some(code) = self.driver.code_of(journey) else { return Ok(()) };
        let changed = match (how.name.as_str(), &how.how) {
            ("code_challenge", How::Drop) if code.verifier.is_some() => {
                self.needs_no_verifier(&code).await?
            }
            ("client_id" | "code_challenge" | "code_challenge_method", How::Set(_)) => {
                self.is_of_another(&code).await?
            }
            ("scope", _) => self.opens_more(&code, asked).await?,
            _ => None,
        };
        self.model.forget_all();
        if let Some(actual) = changed {
            let found = Finding::plain("interaction-kept", actual);
            self.found(Some(Finding { rule: Some(rule), level, ..found }));
        }
        Ok(())
    }

    async fn redeemed(&mut self, code: &Code, mut edits: Vec<Edit>) -> Result<Sent, Unmet> {
        let client = code.client.clone();
        if self.is_bound(&client) {
            edits.push(Edit::Prove { other: false, flaw: None, again: false });
        }
        let draft = self.driver.redemption(&client, code)?;
        let request = Base::Exchange { client: client.0, code: None };
        let (_, sent, _) = self.sent(&Shot { request, edits }, &draft).await?;
        Ok(sent)
    }

    async fn needs_no_verifier(&mut self, code: &Code) -> Result<Option<&'static str>, Unmet> {
        let without = Edit::Without("code_verifier".to_owned());
        let sent = self.redeemed(code, vec![without]).await?;
        let tokens = Observed::of_token(&sent) == Observed::Tokens;
        Ok(tokens.then_some("a code that needs no code verifier"))
    }

    async fn is_of_another(&mut self, code: &Code) -> Result<Option<&'static str>, Unmet> {
        let sent = self.redeemed(code, Vec::new()).await?;
        let refused = matches!(Observed::of_token(&sent), Observed::Error { .. });
        Ok(refused.then_some("a code that the client cannot redeem as it asked"))
    }

    /// Only where the profile says that what was asked for does not open the scoped resource.
    async fn opens_more(
        &mut self,
        code: &Code,
        asked: &Asked,
    ) -> Result<Option<&'static str>, Unmet> {
        let scoped = self.stage.terms.profile.scoped_resource.as_ref();
        let narrow = scoped.and_then(|it| it.narrow_scope.as_deref());
        if narrow.is_none() || given(&asked.params, "scope") != narrow {
            return Ok(None);
        }
        let sent = self.redeemed(code, Vec::new()).await?;
        let tokens = sent.as_ref().ok().and_then(success::tokens);
        let Some(tokens) = tokens else { return Ok(None) };
        let draft = self.driver.call_with(true, &tokens.access)?;
        let request = Base::Use { token: None, scoped: true };
        let (_, sent, _) = self.sent(&Shot { request, edits: Vec::new() }, &draft).await?;
        let served = matches!(Observed::of_resource(&sent), Observed::Served(_));
        Ok(served.then_some("a token that opens more than was asked for"))
    }
}
