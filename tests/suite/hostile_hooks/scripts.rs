//! What a command of a profile may do instead of its work.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// What it does, and what is said about it.
pub(super) struct Hook {
    pub(super) name: &'static str,
    /// Puts it into the folder of the profile.
    pub(super) make: fn(&Path),
    /// It does not end by itself, so that it need not be given time.
    pub(super) is_endless: bool,
    pub(super) says: &'static str,
}

/// A shell script. `ELSEWHERE` is a host that nobody may be sent to, as the test tells it.
pub(super) fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

const fn ends(name: &'static str, says: &'static str, make: fn(&Path)) -> Hook {
    Hook { name, make, is_endless: false, says }
}

const fn endless(name: &'static str, make: fn(&Path)) -> Hook {
    Hook { name, make, is_endless: true, says: "did not end in 0.3 s (limits.command)" }
}

/// What no command may do, whatever it is for.
pub(super) const ANY: &[Hook] = &[
    endless("never ends", |path| script(path, "echo $$ >> pids; exec sleep 60")),
    endless("ignores every signal it can", |path| {
        script(path, "echo $$ >> pids; trap '' TERM INT HUP; while :; do sleep 1; done");
    }),
    endless("stops itself", |path| script(path, "echo $$ >> pids; kill -STOP $$")),
    endless("closes its output and never ends", |path| {
        script(path, "echo $$ >> pids; exec >&- 2>&-; exec sleep 60");
    }),
    endless("floods its errors", |path| script(path, "echo $$ >> pids; exec yes >&2")),
    ends("floods its output", "wrote more than 65536 bytes", |path| script(path, "exec yes")),
    ends("one line without an end", "wrote more than 65536 bytes", |path| {
        script(path, "exec tr '\\0' a < /dev/zero");
    }),
    ends("a child floods the output after the end", "hook", |path| {
        script(path, "(exec head -c 20000000 /dev/zero) & exit 3");
    }),
    ends("a child keeps the output open", "ended with exit status: 3", |path| {
        script(path, "sleep 20 & exit 3");
    }),
    ends("exit code 1 after escapes", "ended with exit status: 1", |path| {
        script(
            path,
            "printf '\\033[31m::error::owned\\n::error::owned\\n##[error]owned\\n'; exit 1",
        );
    }),
    ends("exit code 126", "ended with exit status: 126", |path| script(path, "exit 126")),
    ends("exit code 127", "ended with exit status: 127", |path| script(path, "no-such-program")),
    ends("a signal", "ended with signal: 9", |path| script(path, "kill -9 $$")),
    ends("a crash", "ended with signal: 11", |path| script(path, "kill -SEGV $$")),
    ends("binary output", "wrote what is not UTF-8 text", |path| {
        script(path, "head -c 1000 /dev/zero | tr '\\0' '\\377'");
    }),
    ends("not executable", "is it a program, and executable?", |path| {
        fs::write(path, "#!/bin/sh\n").unwrap();
    }),
    ends("a folder", "is it a program, and executable?", |path| fs::create_dir(path).unwrap()),
    ends("missing", "a path is relative to the folder of the profile", |_| ()),
    ends("no program", "a script begins with a line such as", |path| {
        fs::write(path, [0, 1, 2, 3]).unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }),
    ends("an interpreter that is not there", "a path is relative", |path| {
        fs::write(path, "#!/no/such/shell\n").unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }),
    ends("fails once its folder is gone", "hook", |path| {
        script(path, "rm -r \"$PWD\"; exit 1");
    }),
];

/// What a command that signs in may not write.
pub(super) const ANSWERS: &[Hook] = &[
    ends("nothing", "wrote nothing", |path| script(path, "exit 0")),
    ends("nothing, and a child keeps the output open", "wrote nothing", |path| {
        script(path, "sleep 20 &");
    }),
    ends("reads what nobody writes", "wrote nothing", |path| script(path, "cat")),
    ends("escapes", "wrote no URL", |path| {
        script(path, "printf '\\033[31mred\\r\\n::error::owned\\n##vso[task]owned'");
    }),
    ends("a secret", "wrote no URL", |path| script(path, "echo \"$OAUTHSPEC_PASSWORD\"")),
    ends("a secret in JSON", "wrote no answer that can be read", |path| {
        script(path, "printf '{\"redirect\": 1, \"%s\": 2}' \"$OAUTHSPEC_PASSWORD\"");
    }),
    ends("a URL of another host", "a redirect to http://127.0.0.1", |path| {
        script(path, "cat elsewhere");
    }),
    ends("the same in JSON", "a redirect to http://127.0.0.1", |path| {
        script(path, "printf '{\"redirect\": \"%s\"}' \"$(cat elsewhere)\"");
    }),
    ends("a script as URL", "a redirect to javascript:", |path| {
        script(path, "echo 'javascript:alert(1)'");
    }),
    ends("a file as URL", "a redirect to file:", |path| script(path, "echo 'file:///etc/passwd'")),
    ends("a line of 60000 characters", "wrote no URL", |path| {
        script(path, "head -c 60000 /dev/zero | tr '\\0' a");
    }),
    ends("deep JSON", "wrote no answer that can be read", |path| {
        script(path, "printf '{\"cookies\": '; head -c 50000 /dev/zero | tr '\\0' '['");
    }),
    ends("JSON of wrong types", "wrote no answer that can be read", |path| {
        script(path, "echo '{\"cookies\": [1, 2]}'");
    }),
    ends("cookies that break the header", "cookie that no browser would send", |path| {
        script(
            path,
            "printf '{\"cookies\": {\"a\": \"b\\\\r\\\\nX-Owned: 1\", \"c\\\\u0000\": \"d; e\"}}'",
        );
    }),
];
