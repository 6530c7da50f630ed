//! From a request to its answer.

use std::cell::RefCell;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use comity_authority::limits::DASHBOARD_LIVES_S;
use comity_authority::{Authority, ListQuery, Refusal, SignedList, Write};
use comity_mesh::connectome::{RecognitionGraph, Scratch};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical};

use crate::cache::List;
use crate::limits::{AUDIT_ENTRIES_MAX, LIST_MAX_AGE_S};
use crate::pages;
use crate::rate::Bucket;
use crate::reply::Reply;
use crate::request::{self, Head};
use crate::routes::{Check, Document, Read, Route};
use crate::service::{Service, call, remote};

thread_local! {
    /// Room for path searches.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

/// Answers one request.
pub(crate) async fn answer(
    service: &Arc<Service>,
    route: Route,
    param: Option<String>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let head = Head::new(parts);
    let request_id = service.request_id(&head);
    let result = match (param, route) {
        (None, _) => Err(Refusal::bad("bad_request", "The path is not UTF-8")),
        (Some(_), Route::Check(bucket, action, check)) => {
            let asked = Asked { bucket, action, head: &head, request_id: &request_id };
            run_check(service, check, &asked, body).await
        }
        (Some(param), Route::Write(bucket, write)) => {
            let write = write(param);
            let (bucket, action) = (Some(bucket), write.action());
            let asked = Asked { bucket, action, head: &head, request_id: &request_id };
            run_write(service, &write, &asked, body).await
        }
        (Some(param), Route::Read(wanted)) => read(service, wanted, &param, &head),
        (Some(_), Route::Cached(document)) => cached(service, document, &head),
    };
    finish(result, &request_id)
}

/// 404 for a path that is none.
pub(crate) fn absent(service: &Service, request: Request<Body>) -> Response<Body> {
    let request_id = service.request_id(&Head::new(request.into_parts().0));
    finish(Err(Refusal::absent("not_found", "There is nothing at this path")), &request_id)
}

/// 405 for a method that a path does not have.
pub(crate) fn not_allowed(service: &Service, request: Request<Body>) -> Response<Body> {
    let request_id = service.request_id(&Head::new(request.into_parts().0));
    let message = "The path does not have this method";
    finish(Err(Refusal::new(405, "method_not_allowed", message)), &request_id)
}

fn finish(result: Result<Reply, Refusal>, request_id: &str) -> Response<Body> {
    let reply = result.unwrap_or_else(|refusal| Reply::refusal(&refusal, request_id));
    reply.into_response(request_id)
}

/// What a request is about, apart from its body.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    bucket: Option<Bucket>,
    action: &'a str,
    head: &'a Head,
    request_id: &'a str,
}

impl Asked<'_> {
    /// The body, if its sender may ask now.
    async fn body(&self, service: &Service, body: Body) -> Result<Bytes, Refusal> {
        let peer = self.head.peer.map(|peer| peer.ip());
        self.bucket.map_or(Ok(()), |bucket| service.limit(bucket, peer))?;
        request::body(body).await
    }

    /// Records a refusal that is not recorded otherwise.
    fn note(&self, service: &Service, refusal: &Refusal) {
        service.note(self.head, self.request_id, self.action, refusal);
    }
}

async fn run_check(
    service: &Service,
    check: Check,
    asked: &Asked<'_>,
    body: Body,
) -> Result<Reply, Refusal> {
    let parsed =
        asked.body(service, body).await.and_then(|bytes| comity_authority::Body::parse(&bytes));
    let checked = parsed.and_then(|body| service.read(|authority, at| check(authority, &body, at)));
    match &checked {
        Err(refusal) => asked.note(service, refusal),
        Ok(value) if is_refused(value) => {
            let reason = value.get("reason").and_then(Value::as_str).unwrap_or_default();
            asked.note(service, &Refusal::new(200, "not_accepted", reason.to_owned()));
        }
        Ok(_) => {}
    }
    Ok(Reply::json(&checked?))
}

async fn run_write(
    service: &Service,
    write: &Write,
    asked: &Asked<'_>,
    body: Body,
) -> Result<Reply, Refusal> {
    let bytes = asked.body(service, body).await;
    let bytes = bytes.inspect_err(|refusal| asked.note(service, refusal))?;
    let unready = |_| Refusal::new(503, "service_not_ready", "Service is not ready");
    let id = service.entropy.id().map_err(unready)?;
    let remote = remote(asked.head);
    let call = call(asked.head, &id, asked.request_id, &remote, &bytes);
    let closed = |_| Refusal::new(503, "service_not_ready", "The record takes no more entries");
    let answer = service.ledger.write(write, &call).await.map_err(closed)?;
    if answer.as_ref().is_err_and(|refusal| refusal.code == "invalid_invite_token") {
        service.limit(Bucket::BadInvite, asked.head.peer.map(|peer| peer.ip()))?;
    }
    let answer = answer?;
    if *write == Write::Audit { audit(service, asked.head) } else { Ok(Reply::answer(&answer)) }
}

/// Whether a verdict is a refusal.
fn is_refused(verdict: &Value) -> bool {
    let said = verdict.get("accepted").or_else(|| verdict.get("valid"));
    said == Some(&Value::Bool(false))
}

/// Entries of the record, for an operator who was let in.
fn audit(service: &Service, head: &Head) -> Result<Reply, Refusal> {
    let number = |name: &str, default: u64| match head.query(name) {
        None => Ok(default),
        Some(text) => text.parse::<u64>().map_err(|_| {
            Refusal::bad("invalid_audit_range", format!("{name} must be a number from 0"))
        }),
    };
    let (from, limit) = (number("from", 0)?, number("limit", AUDIT_ENTRIES_MAX)?);
    let frames = service.ledger.entries(from, limit.min(AUDIT_ENTRIES_MAX));
    let frames =
        frames.map_err(|_| Refusal::new(503, "service_not_ready", "The record cannot be read"))?;
    let (len, head) = service.read(|authority, _| (authority.len(), authority.head()));
    Ok(Reply::json(&Value::from([
        ("count", Value::from(frames.len() as u64)),
        ("entries", frames.write()),
        ("head", Value::from(head.to_string())),
        ("size", Value::from(len)),
    ])))
}

fn read(service: &Service, wanted: Read, param: &str, head: &Head) -> Result<Reply, Refusal> {
    let value = match wanted {
        Read::Healthz => Value::from([("status", Value::from("ok"))]),
        Read::Readyz if service.ledger.is_open() => {
            Value::from([("status", Value::from("ready")), ("db_path", Value::from("record"))])
        }
        Read::Readyz => {
            return Err(Refusal::new(503, "service_not_ready", "Service is not ready"));
        }
        Read::Health => service.read(|authority, _| authority.health()),
        Read::Metrics => return Ok(metrics(service)),
        Read::Nodes => service.read(Authority::nodes),
        Read::Sovereign => service.read(|authority, _| authority.sovereign(&head.base_url())),
        Read::Policy => service.read(|authority, _| authority.policy())?,
        Read::RecognitionPolicy => service.read(|authority, _| authority.recognition_policy())?,
        Read::Treaties => service.read(|authority, at| {
            let query = Query::of(head, "subject_sovereign_id");
            authority.treaties(&query.list(), at)
        }),
        Read::Treaty => service.read(|authority, at| authority.treaty(param, at))?,
        Read::Attestations => service
            .read(|authority, _| authority.attestations(&Query::of(head, "subject_id").list())),
        Read::Attestation => service.read(|authority, _| authority.attestation(param))?,
        Read::TrustPath => trust_path(service, head)?,
        Read::Agents => {
            let capability = head.query("capability");
            service.read(|authority, at| authority.agents(capability.as_deref(), at))
        }
        Read::Agent => service.read(|authority, at| authority.agent(param, at))?,
        Read::OperatorKeys => service.read(|authority, _| authority.operator_roster()),
        Read::Continuity => service.read(Authority::operator_continuity),
        Read::CheckReports => service.read(Authority::check_reports),
        Read::Onboarding => service.read(Authority::onboarding),
        Read::Partners => service.read(Authority::partners),
        Read::Assets => {
            let (kind, twin_of) = (head.query("kind"), head.query("twin_of"));
            service.read(|it, at| it.assets(kind.as_deref(), twin_of.as_deref(), at))?
        }
        Read::DataLicense => {
            service.limit(Bucket::DataLicense, head.peer.map(|peer| peer.ip()))?;
            service.read(|authority, _| authority.data_license())?
        }
        Read::Swagger => pages::openapi(&head.base_url()),
        Read::Reference => {
            return Ok(Reply::text("text/plain; charset=utf-8", pages::reference()));
        }
    };
    Ok(Reply::json(&value))
}

/// The documents that are the same for everybody until something changes.
fn cached(service: &Service, document: Document, head: &Head) -> Result<Reply, Refusal> {
    let cache = &service.cache;
    let is_ready = service.ledger.is_open();
    service.read(|authority, at| {
        let graph = |write: fn(RecognitionGraph) -> Vec<u8>| {
            Ok::<_, Refusal>(Bytes::from(write(authority.recognition_graph())))
        };
        let version = authority.graph_version();
        match document {
            Document::Graph => {
                cache.graph.get(version, || graph(|it| it.to_canonical())).map(Reply::written)
            }
            Document::Connectome => cache
                .connectome
                .get(version, || graph(|it| it.into_view().to_canonical()))
                .map(Reply::written),
            Document::Atlas => {
                let version = authority.atlas_version();
                Ok(Reply::written(cache.atlas.get(version, at, || {
                    let (atlas, until) = authority.atlas(at);
                    (canonical(&atlas).into(), until)
                })))
            }
            Document::Dashboard => {
                let version = authority.dashboard_version();
                Ok(Reply::written(cache.dashboard.get(version, at, || {
                    let dashboard = authority.dashboard(is_ready, at);
                    (canonical(&dashboard).into(), at.plus(DASHBOARD_LIVES_S))
                })))
            }
            Document::Feed => {
                authority.check_feed_issuer(head.query("issuer_sovereign_id").as_deref())?;
                let list = || authority.feed(None).map(written);
                cache.feed.get(authority.feed_sequence(), list).map(list_reply)
            }
            Document::Crl => {
                let list = || Ok(written(authority.crl()));
                cache.crl.get(authority.crl_sequence(), list).map(list_reply)
            }
            Document::Genesis => {
                let genesis = || Ok(canonical(&authority.genesis()).into());
                cache.genesis.get(0, genesis).map(Reply::written)
            }
        }
    })
}

fn written(list: SignedList) -> List {
    let SignedList { body, sequence, next_update } = list;
    List { body: canonical(&body).into(), sequence, next_update: next_update.to_string() }
}

fn list_reply(list: List) -> Reply {
    Reply::written(list.body)
        .with("x-sequence", list.sequence.to_string())
        .with("x-next-update", list.next_update)
        .with("cache-control", format!("public, max-age={LIST_MAX_AGE_S}"))
}

fn trust_path(service: &Service, head: &Head) -> Result<Value, Refusal> {
    let either =
        |name, alias| head.query(name).filter(|it| !it.is_empty()).or_else(|| head.query(alias));
    let (from, to) = (either("from", "source"), either("to", "target"));
    service.read(|authority, _| {
        SCRATCH
            .with_borrow_mut(|scratch| authority.explain(scratch, from.as_deref(), to.as_deref()))
    })
}

fn metrics(service: &Service) -> Reply {
    let lines = service.read(Authority::counters);
    let lines = lines.into_iter().map(|(name, help, count)| {
        format!("# HELP {name} {help}.\n# TYPE {name} gauge\n{name} {count}\n")
    });
    Reply::text("text/plain; version=0.0.4", lines.collect())
}

/// The filters of a list.
struct Query<'a>([Option<std::borrow::Cow<'a, str>>; 3]);

impl<'a> Query<'a> {
    fn of(head: &'a Head, subject: &str) -> Self {
        Self([head.query("issuer_sovereign_id"), head.query(subject), head.query("status")])
    }

    fn list(&self) -> ListQuery<'_> {
        let [issuer, subject, status] = &self.0;
        ListQuery {
            issuer: issuer.as_deref(),
            subject: subject.as_deref(),
            status: status.as_deref(),
        }
    }
}
