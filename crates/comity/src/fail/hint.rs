//! What a person can do about a refusal, by its code.

/// The hint for a code, if there is something to do.
pub(super) fn of(code: &str) -> Option<&'static str> {
    series(code)
        .or_else(|| input(code))
        .or_else(|| home(code))
        .or_else(|| rules(code))
        .or_else(|| mesh(code))
}

fn series(code: &str) -> Option<&'static str> {
    Some(match code {
        "mycel.series_unknown_header" => "the first line must be exactly `timestamp,value`",
        "mycel.series_wrong_columns" => "two columns a line, `timestamp,value`, without quotes",
        "mycel.series_bad_timestamp" => {
            "write times as `2014-01-07 02:55:00` (UTC) or `2014-01-07T02:55:00Z`"
        }
        "mycel.series_not_a_number" => {
            "remove rows without a reading: NaN and empty values are no readings"
        }
        "mycel.series_out_of_range" => "use a larger unit",
        "mycel.series_not_monotonic" => "sort the rows by time and remove repeated ones",
        "mycel.series_gap" => "cut the series at the gap and order each part on its own",
        "mycel.series_empty" => "the file needs the header and at least one row",
        "mycel.series_truncated" => "the file was cut while it was written: copy it again",
        "mycel.series_line_too_long" => "is this a text file with one reading a line?",
        "mycel.series_too_many_rows" => "order a shorter span, or take fewer readings an hour",
        "mycel.windows_too_large"
        | "mycel.windows_wrong_shape"
        | "mycel.windows_bad_window"
        | "mycel.windows_empty" => {
            "windows are `{\"series.csv\": [[\"2014-01-07 00:00:00\", \"2014-01-08 00:00:00\"]]}`"
        }
        "mycel.windows_unknown_series" => "name the series in the file as its CSV file is named",
        "mycel.windows_reversed" | "mycel.windows_not_after" => {
            "sort the windows by time; none may be empty or overlap"
        }
        _ => return None,
    })
}

fn input(code: &str) -> Option<&'static str> {
    Some(match code {
        "wire.duplicate_key" => "an object may have a member once",
        "wire.too_deep" => "no document that is meant here is nested that deeply",
        "wire.integer_range" => "integers must be within 2^53-1 either way",
        "wire.syntax" => "the file must be one JSON document in UTF-8",
        "comity.system" => "check the path and its permissions, and that the disk has room",
        "comity.not_empty" => "choose a folder that does not exist yet",
        "comity.file_too_large" => "is this the file that was meant?",
        "comity.order_unknown_field" | "comity.order_missing_field" | "comity.order_shape" => {
            "the members of an order are listed under `comity order place` in the reference"
        }
        "comity.bad_policy" => {
            "`comity constitution check FILE` names everything that is wrong with it"
        }
        "comity.unknown_parameters" => {
            "known: parameters.json of a home, constitutional_params.json and runtime_policy.json"
        }
        "comity.unknown_vectors" => {
            "known shapes: those of the constitution's vectors, as the reference lists them, and the Mesh's"
        }
        "comity.na_bad_operator" => {
            "write an operator as NAME=KEY, the key in base64 or a file with it"
        }
        "comity.na_bad_key_file" => {
            "a plain key file is 32 bytes in base64; lines with # are comments"
        }
        "comity.na_bad_settings" => "na.json is written by `comity na init`",
        "authority.bad_genesis" => "the root must sign a genesis that is valid now",
        "authority.wrong_key" => "the genesis must name the key in authority.age",
        "http.cannot_listen" => "choose another port with --listen",
        "comity.anchor_no_key" => {
            "a key file is made by `comity anchor key --new FILE`, or holds 64 hexadecimal digits"
        }
        "comity.anchor_stand_in" => "only the process that kept the stand-in could be asked",
        "comity.no_record" => {
            "a record is a home, a folder with envelopes.jsonl, or a folder of these"
        }
        "comity.mission_unclear" => "`comity mission show` without an id lists what is there",
        "comity.party_unclear" => {
            "name the party by --to with its name or id, and its record by --peer"
        }
        _ => return None,
    })
}

fn home(code: &str) -> Option<&'static str> {
    Some(match code {
        "comity.home_exists" => "choose another path; a home is never overwritten",
        "comity.not_a_home" => "make one with `comity init --home DIR`",
        "comity.home_disagrees" | "store.corrupt" | "keyfile.tampered" => {
            "nothing was changed; restore the home from a backup"
        }
        "comity.wrong_key" | "store.identity" => "the key file or record belongs to another home",
        "comity.no_passphrase" => "give --passphrase-file FILE, or run it at a terminal",
        "comity.passphrase_file_open" | "keyfile.permissions" => {
            "chmod 600 FILE; if others could read it, change the passphrase"
        }
        "keyfile.wrong_passphrase" => "the same passphrase must open keys.age with `age --decrypt`",
        "keyfile.not_a_key_file" => "a key file is a binary age file, encrypted to a passphrase",
        "comity.actor_name" => "choose another name, or keep the key elsewhere and give --key",
        "comity.no_actor_key" => {
            "`comity actor admit` draws keys; one that lives elsewhere cannot sign here"
        }
        "comity.anchor_not_due" => {
            "`comity constitution anchors` writes what is due, and on which chain"
        }
        "comity.nobody_sits" => {
            "`comity constitution show` says who sits on what, and what is waited for"
        }
        "comity.no_actor" => "`comity status` lists the actors of a home",
        "node.from_the_future" => "submit it once its date has come",
        "replay.time_backwards" => {
            "something was stated since: sign it again over a new copy of the record"
        }
        "node.no_secret" => "the record knows this actor by another key",
        "store.locked" => "another program is writing to this home: wait until it has ended",
        "comity.checkpoint_mismatch" | "comity.record_short" | "comity.forked" | "node.forked" => {
            "keep both copies: they prove that the record was rewritten or cut"
        }
        _ => return None,
    })
}

fn rules(code: &str) -> Option<&'static str> {
    Some(match code {
        "comity.record_waits" | "node.not_caught_up" | "replay.citation_missing" => {
            "give the missing record with --peer DIR"
        }
        "replay.parameters_unknown" => {
            "the record's folder must hold the parameters.json that its genesis names"
        }
        "constitution.file_unknown" | "constitution.amendment_file_unknown" => {
            "the charters and parameter files that a constitution names travel with its record, under rules/"
        }
        "constitution.vote_beacon_missing" => {
            "the committee publishes the round in its epoch; without it the vote lapses with its window"
        }
        "mesh.unknown_sovereign" => "give that sovereign's record with --peer DIR",
        "mesh.no_treaty" => {
            "both sides must recognise each other: `comity treaty recognise`, then `comity treaty accept` there"
        }
        "mesh.treaty_expired" | "mesh.treaty_ended" => {
            "issue a new treaty with `comity treaty recognise`"
        }
        "mesh.unknown_treaty" => "`comity status` lists the treaties with their ids",
        "mesh.treaty_not_entitled" => "a sovereign revokes its own treaties only",
        "mesh.treaty_not_yet" => "wait until the treaty has begun",
        "mesh.treaty_out_of_scope" => {
            "orders need treaties with scope order, escrow those with escrow, in both directions"
        }
        "comity.unknown_mip" => "publish it with `comity mip publish`, or give --peer of who does",
        "comity.unmapped_class" => "`comity status` lists the mission classes of a home",
        "comity.tier_too_weak" => "a stricter tier than the class demands is always allowed",
        "comity.no_treaty_to_accept" => "give the record of who recognises you with --peer DIR",
        "comity.several_treaties" => "accept all of them with --all",
        _ => return None,
    })
}

fn mesh(code: &str) -> Option<&'static str> {
    Some(match code {
        "comity.key_file_open" => "chmod 600 FILE; if others could read it, replace the key",
        "comity.no_operator_key" => "give --key FILE, or --dry-run",
        "client.bad_endpoint" => "an address is like http://127.0.0.1:8443",
        "client.bad_operator_key" => {
            "a key file has 32 bytes in base64, and comments that begin with #"
        }
        "client.unknown_host" | "client.unreachable" => "is the authority running at that address?",
        "client.timed_out" | "client.at_fault" => {
            "what was asked may have been done: look before asking again"
        }
        "client.tls" => {
            "the host needs a certificate for its name, from an authority that browsers trust"
        }
        "client.redirected" => "give the address that it redirects to, if that is the authority",
        "client.not_authorised" => {
            "the authority must know this key by --key-id; a partner needs a delegated duty; the Python reference needs --admin-version bound, before 1.0.2 1"
        }
        "client.stale_sequence" => "nothing was taken back since the last import",
        "client.too_many" => "wait a minute",
        "client.other_root" => "ask the other operator, another way, which root key is right",
        "client.no_path" => {
            "the treaty stands: look at it with `comity mesh treaties show`, or revoke it"
        }
        "mesh.bundle_invalid" | "mesh.bundle_unsigned" => {
            "`comity mesh bundle validate FILE` names everything that is wrong with it"
        }
        "client.roster_refused" => {
            "give the operator's key with --operator-key, if it came another way"
        }
        "comity.file_exists" => "choose a name that does not exist yet",
        "comity.not_an_operator" => {
            "start the authority with this key as --admin NAME=KEY, or use operator.age of its folder"
        }
        "comity.not_the_partner" => "use the key file whose public key the operator was given",
        "comity.unknown_delegation" => "`comity mesh partner show --at URL` lists them",
        "comity.duty_not_done" => "add --done with the same duty",
        "comity.other_subject" => "one folder or file is for one sovereign",
        "mesh.case_refused" => {
            "the file is as it was; `comity mesh case show FILE` says where it stands"
        }
        "mesh.case_redacted" => "entries are added to the whole file, not to an export",
        "mesh.invalid_role" => {
            "roles are like role:client, role:operator or role:service:maintainer"
        }
        _ => return None,
    })
}
