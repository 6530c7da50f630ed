//! Runs conformance files of the shape of `bls_threshold.json`, with any threshold, members, message and domain tag.
//!
//! Everything that the file says follows from its coefficients and its message, so everything is computed again and
//! compared. What cannot be read is a failed case that says so; nothing is skipped.

use blstrs::{G1Projective, G2Projective, Scalar};
use comity_wire::hex;
use serde_json::Value;

use crate::committee::{CommitteeKey, interpolate};
use crate::point::{self, G2_BYTES, GroupKey, PublicShare, ThresholdSignature, message_point};
use crate::share::{Index, KeyEpoch, PartialSignature, Quorum};
use crate::{DecodeError, field};

/// One line of the result: its name, and what was wrong. Nothing wrong is a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What was compared.
    pub name: String,
    /// What differs from the file.
    pub complaints: Vec<String>,
}

/// What the ending of a member's name says of a signature of too few.
const MUST_FAIL: &str = "_interpolation_must_fail";
/// The epoch that the file's key gets here; files know nothing of epochs.
const EPOCH: KeyEpoch = KeyEpoch(0);

type Outcome = Result<Vec<String>, String>;

/// Runs every case of the file: of one key, or of each key in a list called `cases`.
pub fn bls_threshold(file: &Value) -> Vec<Case> {
    let Some(keys) = file.get("cases").and_then(Value::as_array) else { return one_key(file) };
    let runs = keys.iter().enumerate().flat_map(|(at, key)| {
        let name = key.get("name").and_then(Value::as_str);
        let name = name.map_or_else(|| format!("key {}", at + 1), str::to_owned);
        one_key(key)
            .into_iter()
            .map(move |case| Case { name: format!("{name}/{}", case.name), ..case })
    });
    runs.collect()
}

fn one_key(file: &Value) -> Vec<Case> {
    let setting = match Setting::read(file) {
        Ok(setting) => setting,
        Err(reason) => return vec![Case { name: "setting".to_owned(), complaints: vec![reason] }],
    };
    let mut cases = vec![
        settle("group_public_key", setting.check_group(file)),
        settle("combined_signature", setting.check_combined(file)),
    ];
    match list(file, "shares") {
        Ok(shares) => {
            cases.push(settle("n", check_count(file, shares.len())));
            cases.extend(shares.iter().enumerate().map(|(place, share)| {
                settle(&format!("share {}", place + 1), setting.check_share(place, share))
            }));
        }
        Err(reason) => cases.push(settle("shares", Err(reason))),
    }
    match list(file, "subsets_giving_it") {
        Ok(subsets) => cases.extend(subsets.iter().flat_map(|subset| {
            [
                settle(&format!("subset {subset}"), setting.check_subset(subset)),
                settle(&format!("too few of {subset}"), setting.check_too_few(subset)),
            ]
        })),
        Err(reason) => cases.push(settle("subsets_giving_it", Err(reason))),
    }
    let members = file.as_object().into_iter().flatten();
    let wrong = members.filter(|(name, _)| name.ends_with(MUST_FAIL));
    cases.extend(wrong.map(|(name, value)| settle(name, setting.check_wrong(value))));
    cases
}

fn settle(name: &str, outcome: Outcome) -> Case {
    let complaints = outcome.unwrap_or_else(|reason| vec![reason]);
    Case { name: name.to_owned(), complaints }
}

/// What everything else follows from.
struct Setting {
    coefficients: Vec<Scalar>,
    key: CommitteeKey,
    message: G2Projective,
    combined: ThresholdSignature,
}

impl Setting {
    fn read(file: &Value) -> Result<Self, String> {
        let coefficients = list(file, "polynomial_coefficients_hex")?
            .iter()
            .enumerate()
            .map(|(place, value)| {
                scalar(value).map_err(|why| format!("coefficient {place}: {why}"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let (threshold, members) = (number(file, "t")?, number(file, "n")?);
        let quorum = Quorum::new(threshold, members).map_err(|error| error.to_string())?;
        if coefficients.len() != usize::from(threshold) {
            return Err(format!("{} coefficients where t is {threshold}", coefficients.len()));
        }
        let commitments: Vec<G1Projective> =
            coefficients.iter().map(|coefficient| point::generator() * coefficient).collect();
        let constant = coefficients.first().ok_or("no coefficients")?;
        let message =
            bytes(member(file, "message_hex")?).map_err(|why| format!("message: {why}"))?;
        let message = message_point(&message, text(file, "dst")?.as_bytes());
        Ok(Self {
            key: CommitteeKey::new(EPOCH, quorum, &commitments),
            combined: ThresholdSignature::of(message * constant),
            coefficients,
            message,
        })
    }

    fn check_group(&self, file: &Value) -> Outcome {
        let given = decode(file, "group_public_key", GroupKey::from_bytes)?;
        Ok(differs("group_public_key", &given, &self.key.group()))
    }

    fn check_combined(&self, file: &Value) -> Outcome {
        let given = decode(file, "combined_signature", ThresholdSignature::from_bytes)?;
        let mut complaints = differs("combined_signature", &given, &self.combined);
        if !self.verifies(&given) {
            complaints.push("does not verify under the group key".to_owned());
        }
        Ok(complaints)
    }

    fn check_share(&self, place: usize, share: &Value) -> Outcome {
        let index = Index::new(number(share, "index")?).map_err(|error| error.to_string())?;
        if index.place() != place {
            return Err(format!("has the index {index}"));
        }
        let secret = self.secret(index);
        let given = scalar(member(share, "secret_hex")?)?;
        let mut complaints = Vec::new();
        if given != secret {
            complaints.push("secret_hex is not the polynomial at the index".to_owned());
        }
        let given = decode(share, "public_key", PublicShare::from_bytes)?;
        let public = self.key.share(index).ok_or("no such share")?;
        complaints.extend(differs("public_key", &given, &public));
        let given = decode(share, "partial_signature", ThresholdSignature::from_bytes)?;
        let partial = ThresholdSignature::of(self.message * secret);
        complaints.extend(differs("partial_signature", &given, &partial));
        if point::verify(&public.0, &self.message, &given.0).is_err() {
            complaints.push("partial_signature does not verify under its share".to_owned());
        }
        Ok(complaints)
    }

    fn check_subset(&self, subset: &Value) -> Outcome {
        let partials = self.partials(subset)?;
        let needed = self.coefficients.len();
        if partials.len() < needed {
            return Err(format!("{} shares cannot give it: t is {needed}", partials.len()));
        }
        Ok(differs("the combination", &self.combined, &interpolate(&partials)))
    }

    /// One less than the threshold give something else, and it does not verify.
    fn check_too_few(&self, subset: &Value) -> Outcome {
        let mut partials = self.partials(subset)?;
        partials.truncate(self.coefficients.len().saturating_sub(1));
        let signature = interpolate(&partials);
        let gives = signature == self.combined || self.verifies(&signature);
        let complaint = format!("{} shares are enough", partials.len());
        Ok(gives.then_some(complaint).into_iter().collect())
    }

    /// A signature that the file says is made of too few.
    fn check_wrong(&self, value: &Value) -> Outcome {
        let text = value.as_str().ok_or("not text")?;
        let given = hex::decode_array::<G2_BYTES>(text).map_err(|error| error.to_string())?;
        let given = ThresholdSignature::from_bytes(&given).map_err(|error| error.to_string())?;
        let complaint = "verifies under the group key, and must not".to_owned();
        Ok(self.verifies(&given).then_some(complaint).into_iter().collect())
    }

    fn verifies(&self, signature: &ThresholdSignature) -> bool {
        point::verify(&self.key.group().0, &self.message, &signature.0).is_ok()
    }

    fn secret(&self, index: Index) -> Scalar {
        field::evaluate(&self.coefficients, index)
    }

    /// The partial signatures of a list of indices, which are distinct and exist.
    fn partials(&self, subset: &Value) -> Result<Vec<PartialSignature>, String> {
        let subset = subset.as_array().ok_or("not a list")?;
        let mut partials: Vec<PartialSignature> = Vec::with_capacity(subset.len());
        for index in subset {
            let index = index.as_u64().and_then(|index| u16::try_from(index).ok());
            let index = Index::new(index.ok_or("not an index")?).map_err(|e| e.to_string())?;
            if self.key.share(index).is_none() {
                return Err(format!("there is no share {index}"));
            }
            if partials.iter().any(|partial| partial.index == index) {
                return Err(format!("share {index} twice"));
            }
            let signature = ThresholdSignature::of(self.message * self.secret(index)).0;
            partials.push(PartialSignature { epoch: EPOCH, index, signature });
        }
        Ok(partials)
    }
}

fn check_count(file: &Value, shares: usize) -> Outcome {
    let members = usize::from(number(file, "n")?);
    let complaint = format!("{shares} shares where n is {members}");
    Ok((shares != members).then_some(complaint).into_iter().collect())
}

fn differs<T: PartialEq + std::fmt::Display>(what: &str, expected: &T, got: &T) -> Vec<String> {
    let complaint = || format!("{what}: expected {expected}, got {got}");
    (expected != got).then(complaint).into_iter().collect()
}

fn decode<T>(
    file: &Value,
    name: &str,
    decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
) -> Result<T, String> {
    let bytes = bytes(member(file, name)?).map_err(|why| format!("{name}: {why}"))?;
    decode(&bytes).map_err(|error| format!("{name}: {error}"))
}

fn member<'a>(file: &'a Value, name: &str) -> Result<&'a Value, String> {
    file.get(name).ok_or_else(|| format!("{name} is missing"))
}

fn list<'a>(file: &'a Value, name: &str) -> Result<&'a [Value], String> {
    let list = member(file, name)?.as_array();
    list.map(Vec::as_slice).ok_or_else(|| format!("{name} is not a list"))
}

fn text<'a>(file: &'a Value, name: &str) -> Result<&'a str, String> {
    member(file, name)?.as_str().ok_or_else(|| format!("{name} is not text"))
}

fn number(file: &Value, name: &str) -> Result<u16, String> {
    let number = member(file, name)?.as_u64().and_then(|number| u16::try_from(number).ok());
    number.ok_or_else(|| format!("{name} is not a small count"))
}

fn bytes(value: &Value) -> Result<Vec<u8>, String> {
    hex::decode(value.as_str().ok_or("not text")?).map_err(|error| error.to_string())
}

/// Zero is a scalar here: a polynomial may have such a coefficient.
fn scalar(value: &Value) -> Result<Scalar, String> {
    let text = value.as_str().ok_or("not text")?;
    let bytes = hex::decode_array::<32>(text).map_err(|error| error.to_string())?;
    let scalar: Option<Scalar> = Scalar::from_bytes_be(&bytes).into();
    scalar.ok_or_else(|| "not below the order of the group".to_owned())
}
