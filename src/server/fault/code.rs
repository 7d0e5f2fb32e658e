//! Mistakes about the rules `code/…`.

faults! {
    LIVES_31_SECONDS = "code-lives-too-long": "A code is good for two seconds longer.",
        breaks ["code/lifetime"], disturbs [("token/error-text", "the text about an expired code is never seen")];
    WORKS_TWICE = "code-works-twice": "A code can be redeemed as often as one likes.",
        breaks ["code/single-use", "code/single-use-concurrent", "code/replay-revokes"];
}
