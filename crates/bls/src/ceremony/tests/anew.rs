//! A key that is dealt anew: the same key, other members, other shares.

use comity_wire::sha256;

use super::*;

#[test]
fn a_key_dealt_anew_stays_the_key_and_old_shares_do_not_combine_with_new_ones() {
    let (old_secrets, old, old_shares) = three_of_five();
    // Two stay, the third share is revoked with the others, five are new; four of seven sign.
    let next: Vec<_> = [&old_secrets[..2], &secrets(20, 5)].concat();
    let plan = Plan::anew(
        KeyEpoch(2),
        &sha256(b"second"),
        (&old, &members(&old_secrets)),
        &members(&next),
        4,
    )
    .unwrap();
    let deal =
        |place: usize| plan.deal(&old_secrets[place], Some(&old_shares[place]), &[7; 32]).unwrap();
    // Any three old members are enough, and which ones makes no difference to the key.
    for places in [vec![0, 1, 2], vec![4, 2, 1], vec![0, 1, 2, 3, 4]] {
        let dealings: Vec<_> = places.iter().map(|place| deal(*place)).collect();
        let ceremony = run(plan.clone(), &dealings, &next);
        let key = ceremony.outcome().unwrap().key();
        assert_eq!((key.group(), key.epoch()), (old.group(), KeyEpoch(2)));
        let shares = shares(&ceremony, &next);
        let partials = sign(&shares);
        let signature = old.combine(MESSAGE, &sign(&old_shares)[..3]).unwrap();
        assert_eq!(key.combine(MESSAGE, &partials[3..]), Ok(signature));

        let mut mixed = partials[..4].to_vec();
        mixed[3] = old_shares[3].sign(MESSAGE);
        let refused = key.combine(MESSAGE, &mixed).unwrap_err();
        assert_eq!(refused.code(), "bls.other_key_epoch");
        // Nor when they lie about the epoch.
        mixed[3] = PartialSignature::new(KeyEpoch(2), index(4), &mixed[3].point()).unwrap();
        let refused = key.combine(MESSAGE, &mixed).unwrap_err();
        assert_eq!(refused.code(), "bls.bad_partial");
    }
    let two = say(Ceremony::new(plan.clone()), &[deal(0), deal(1)]);
    assert_eq!(two.step(&Event::EndDealing).unwrap_err().code(), "bls.too_few_dealers");
}

#[test]
fn only_the_dealers_own_old_share_can_be_dealt_anew() {
    let (old_secrets, old, old_shares) = three_of_five();
    let all = members(&old_secrets);
    let context = sha256(b"second");
    let anew = |epoch: u64, old_members: &[Member]| {
        Plan::anew(KeyEpoch(epoch), &context, (&old, old_members), &all, 3)
    };
    let plan = anew(2, &all).unwrap();
    let deal = |place: usize, held| plan.deal(&old_secrets[place], held, &[7; 32]);
    assert_eq!(deal(0, None).unwrap_err().code(), "bls.needs_old_share");
    let other = deal(0, Some(&old_shares[1])).unwrap_err();
    assert_eq!(other.code(), "bls.needs_old_share");
    let fresh = fresh(&old_secrets, 3);
    let other = fresh.deal(&old_secrets[0], Some(&old_shares[0]), &[7; 32]).unwrap_err();
    assert_eq!(other, DealError::NotTheOldShare);

    // A dealer that commits to something else, and proves that it knows it.
    let Ok(Statement::Dealing(mut dealing)) = deal(0, Some(&old_shares[0])) else {
        panic!("a dealing")
    };
    let secret = old_shares[1].scalar();
    dealing.commitments[0] = old_shares[1].public().0;
    let part = Dealing::context(plan.session(), index(1), b"constant");
    dealing.constant_proof = crate::proof::Proof::knowledge(&secret, &part);
    let forged = Statement::Dealing(dealing).signed(&old_secrets[0]);
    let refusal = refused(&Ceremony::new(plan.clone()), &forged);
    assert_eq!(refusal, Refusal::OtherConstant(index(1)));

    assert_eq!(anew(1, &all).unwrap_err().code(), "bls.epoch_not_later");
    assert_eq!(anew(2, &all[..4]).unwrap_err().code(), "bls.old_members");
}
