//! A contract on an EVM chain, asked over JSON-RPC.
//!
//! # Invariants
//!
//! 1. Nothing is sent before the chain's number, the contract's code, the fee, the gas and the balance were looked at.
//! 2. A transaction is sent once. When it is not included in time, its hash is in the error.
//! 3. A receipt is given out only for what the contract logged in a block that the node has at that height.

use serde_json::{Value, json};

use crate::account::{Account, Address, keccak};
use crate::artifact::artifact;
use crate::check;
use crate::contract::{self, Entry, Founding, Publication, Rotation, State};
use crate::error::AnchorError;
use crate::http::Wire;
use crate::limits::{CODE_BYTES_MAX, DATA_BYTES_MAX, DEPTH_MAX, FEE_WEI_MAX, GAS_MAX};
use crate::port::{ChainPort, Finality, Standing};
use crate::receipt::{AnchorReceipt, ChainHash, Place};
use crate::rlp::Rlp;
use crate::rpc::{self, Block, Inclusion};
use crate::text;
use crate::transaction::Transaction;

/// What is asked of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The chain's number; Ethereum's main network is 1.
    pub chain_id: u64,
    /// The contract, if it is deployed.
    pub contract: Option<Address>,
    /// When an entry counts as final.
    pub finality: Finality,
    /// What a unit of gas may cost at most, in wei.
    pub fee_wei: u128,
    /// What the block's maker gets of it, in wei.
    pub priority_fee_wei: u128,
    /// Most gas for one transaction.
    pub gas: u64,
    /// How often the node is asked whether a transaction is included.
    pub polls: u32,
}

impl Default for Settings {
    /// Ethereum's main network, 64 blocks deep, 100 gwei at most.
    fn default() -> Self {
        Self {
            chain_id: 1,
            contract: None,
            finality: Finality::Depth(64),
            fee_wei: 100_000_000_000,
            priority_fee_wei: 1_000_000_000,
            gas: 5_000_000,
            polls: 120,
        }
    }
}

/// What is done between two questions whether a transaction is included: the caller has the clock.
pub type Pause = Box<dyn FnMut() + Send>;

/// A contract on a chain, and who pays for publishing there.
pub struct Evm<W> {
    wire: W,
    settings: Settings,
    account: Option<Account>,
    pause: Pause,
    asked: u64,
    gas_used: u64,
}

impl<W> std::fmt::Debug for Evm<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evm")
            .field("settings", &self.settings)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl<W: Wire> Evm<W> {
    /// A chain that is asked through `wire`; with an account, also written to.
    ///
    /// # Errors
    ///
    /// [`AnchorError::BadConfig`] for numbers out of their limits.
    pub fn new(
        wire: W,
        settings: Settings,
        account: Option<Account>,
        pause: Pause,
    ) -> Result<Self, AnchorError> {
        let Settings { fee_wei, priority_fee_wei, gas, finality, .. } = settings;
        let bad = |what| Err(AnchorError::BadConfig { what });
        if FEE_WEI_MAX < fee_wei || fee_wei < priority_fee_wei {
            return bad("a fee is at most 10,000 gwei and not less than the priority fee");
        }
        if GAS_MAX < gas {
            return bad("a transaction uses at most 16,777,216 gas");
        }
        if let Finality::Depth(depth) = finality
            && DEPTH_MAX < depth
        {
            return bad("a finality depth is at most 1024 blocks");
        }
        Ok(Self { wire, settings, account, pause, asked: 0, gas_used: 0 })
    }

    /// What is asked of the chain.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The gas that the last transaction used, once one was included.
    pub const fn gas_used(&self) -> u64 {
        self.gas_used
    }

    fn ask(&mut self, method: &'static str, params: &Value) -> Result<Value, AnchorError> {
        self.asked += 1;
        let answer = self.wire.ask(&rpc::question(self.asked, method, params))?;
        rpc::answer(self.asked, method, &answer)
    }

    fn ask_for<T>(
        &mut self,
        method: &'static str,
        params: &Value,
        what: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, AnchorError> {
        let result = self.ask(method, params)?;
        read(&result).ok_or(AnchorError::BadAnswer { method, what })
    }

    fn quantity(&mut self, method: &'static str, params: &Value) -> Result<u128, AnchorError> {
        self.ask_for(method, params, "a quantity", rpc::read_quantity)
    }

    fn number(&mut self, method: &'static str, params: &Value) -> Result<u64, AnchorError> {
        let read = |value: &Value| rpc::read_quantity(value).and_then(|n| u64::try_from(n).ok());
        self.ask_for(method, params, "a number", read)
    }

    /// A block by its height or by a word such as `latest`; none if the node has none.
    fn block(&mut self, name: &str) -> Result<Option<Block>, AnchorError> {
        let read = |value: &Value| optional(value, rpc::read_block);
        self.ask_for("eth_getBlockByNumber", &json!([name, false]), "a block", read)
    }

    fn latest(&mut self) -> Result<Block, AnchorError> {
        let (method, what) = ("eth_getBlockByNumber", "a block");
        self.block("latest")?.ok_or(AnchorError::BadAnswer { method, what })
    }

    /// What became of a transaction; none if it is in no block.
    ///
    /// # Errors
    ///
    /// [`AnchorError`].
    pub fn inclusion(&mut self, transaction: ChainHash) -> Result<Option<Inclusion>, AnchorError> {
        let read = |value: &Value| optional(value, rpc::read_inclusion);
        let params = json!([transaction.to_string()]);
        self.ask_for("eth_getTransactionReceipt", &params, "a receipt", read)
    }

    /// The right chain.
    fn check_chain(&mut self) -> Result<(), AnchorError> {
        let (expected, found) = (self.settings.chain_id, self.number("eth_chainId", &json!([]))?);
        if found == expected { Ok(()) } else { Err(AnchorError::WrongChain { expected, found }) }
    }

    /// The right chain, and our contract there.
    fn ready(&mut self) -> Result<Address, AnchorError> {
        self.check_chain()?;
        let address = self.settings.contract.ok_or(AnchorError::ContractUnknown)?;
        self.check_code(address)?;
        Ok(address)
    }

    fn check_code(&mut self, address: Address) -> Result<(), AnchorError> {
        let params = json!([address.to_string(), "latest"]);
        let read = |value: &Value| rpc::read_data(value, CODE_BYTES_MAX);
        let code = self.ask_for("eth_getCode", &params, "code", read)?;
        if code.is_empty() {
            return Err(AnchorError::NoContract { address });
        }
        let (expected, found) = (artifact().code_hash, ChainHash(keccak(&code)));
        if found == expected {
            Ok(())
        } else {
            Err(AnchorError::OtherCode { address, expected, found })
        }
    }

    fn call<T>(
        &mut self,
        to: Address,
        data: &[u8],
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, AnchorError> {
        let params = json!([{ "to": to.to_string(), "data": text::data(data) }, "latest"]);
        let returned = |value: &Value| read(&rpc::read_data(value, DATA_BYTES_MAX)?);
        self.ask_for("eth_call", &params, "what the contract returns", returned)
    }

    /// The entry with this number.
    ///
    /// # Errors
    ///
    /// [`AnchorError::Reverted`] if there is none.
    pub fn entry(&mut self, number: u64) -> Result<Entry, AnchorError> {
        let contract = self.ready()?;
        self.call(contract, &contract::entry_call(number), contract::read_entry)
    }

    /// Deploys the contract, and goes on with it.
    ///
    /// # Errors
    ///
    /// [`AnchorError`].
    pub fn deploy(&mut self, founding: &Founding) -> Result<Address, AnchorError> {
        self.check_chain()?;
        let inclusion = self.submit(None, founding.code())?;
        let what = "no contract was deployed";
        let address = inclusion.deployed.ok_or(AnchorError::OtherEvent { what })?;
        self.check_code(address)?;
        self.settings.contract = Some(address);
        Ok(address)
    }

    /// Sends one transaction and waits until it is in a block of the chain.
    fn submit(&mut self, to: Option<Address>, data: Vec<u8>) -> Result<Inclusion, AnchorError> {
        let from = self.account.as_ref().ok_or(AnchorError::AccountUnknown)?.address();
        let (fee_wei, priority_fee_wei) = self.fees()?;
        let gas = self.gas(from, to, &data)?;
        let need = fee_wei.saturating_mul(gas.into());
        let have = self.quantity("eth_getBalance", &json!([from.to_string(), "latest"]))?;
        if have < need {
            return Err(AnchorError::TooLittleBalance { have, need });
        }
        let nonce =
            self.number("eth_getTransactionCount", &json!([from.to_string(), "pending"]))?;
        let chain_id = self.settings.chain_id;
        let transaction = Transaction { chain_id, nonce, priority_fee_wei, fee_wei, gas, to, data };
        let account = self.account.as_ref().ok_or(AnchorError::AccountUnknown)?;
        let sealed = transaction.sign(account);
        let expected = ChainHash(sealed.hash);
        let params = json!([text::data(&sealed.raw)]);
        let found = self.ask_for("eth_sendRawTransaction", &params, "a hash", rpc::read_hash)?;
        if found != expected {
            return Err(AnchorError::OtherHash { expected, found });
        }
        let inclusion = self.wait(expected)?;
        self.gas_used = inclusion.gas;
        if to.is_none() && inclusion.deployed != Some(created(from, nonce)) {
            return Err(AnchorError::OtherEvent { what: "the contract is at another address" });
        }
        Ok(inclusion)
    }

    /// The fee for a unit of gas, and the block maker's part of it.
    fn fees(&mut self) -> Result<(u128, u128), AnchorError> {
        let Settings { fee_wei: allowed, priority_fee_wei: priority, .. } = self.settings;
        let base = self.latest()?.base_fee_wei;
        let asked = base.saturating_add(priority);
        if allowed < asked {
            return Err(AnchorError::TooExpensive { asked, allowed });
        }
        // The base fee grows by an eighth in a block at most: double lasts for six full ones.
        Ok((base.saturating_add(asked).min(allowed), priority))
    }

    /// The gas for a call that would succeed now, with a quarter more.
    fn gas(&mut self, from: Address, to: Option<Address>, data: &[u8]) -> Result<u64, AnchorError> {
        let (from, data) = (from.to_string(), text::data(data));
        let call = match to {
            Some(to) => json!({ "from": from, "to": to.to_string(), "data": data }),
            None => json!({ "from": from, "data": data }),
        };
        let estimate = self.number("eth_estimateGas", &json!([call]))?;
        let (asked, allowed) = (estimate.saturating_add(estimate / 4), self.settings.gas);
        if allowed < asked {
            return Err(AnchorError::TooMuchGas { asked, allowed });
        }
        Ok(asked)
    }

    fn wait(&mut self, transaction: ChainHash) -> Result<Inclusion, AnchorError> {
        let polls = self.settings.polls;
        for _ in 0..polls {
            if let Some(inclusion) = self.inclusion(transaction)? {
                if inclusion.transaction != transaction {
                    return Err(AnchorError::OtherEvent { what: "another transaction" });
                }
                if !inclusion.succeeded {
                    return Err(AnchorError::Failed { transaction });
                }
                return Ok(inclusion);
            }
            (self.pause)();
        }
        Err(AnchorError::NotIncluded { transaction, polls })
    }

    /// How deep the block of a receipt is, and whether that is enough.
    fn depth(&mut self, receipt: &AnchorReceipt, block: Block) -> Result<Standing, AnchorError> {
        let latest = self.latest()?.number;
        let depth = latest.saturating_add(1).saturating_sub(receipt.block_number);
        let is_final = match self.settings.finality {
            Finality::Tag => {
                let finalized = self.block("finalized")?;
                finalized.is_some_and(|block| receipt.block_number <= block.number)
            }
            Finality::Depth(needed) => {
                let mut blocks = vec![block];
                for above in 1..needed.min(depth) {
                    let number = receipt.block_number.saturating_add(above);
                    let name = text::quantity(number.into());
                    blocks.push(self.block(&name)?.ok_or(AnchorError::BrokenChain { number })?);
                }
                check::follows(&blocks)?;
                needed <= depth
            }
        };
        Ok(Standing { depth, is_final })
    }
}

/// Nothing, if the node says `null`, or what is read.
#[expect(clippy::option_option, reason = "null is an answer, and unlike one that cannot be read")]
fn optional<T>(value: &Value, read: impl FnOnce(&Value) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() { Some(None) } else { read(value).map(Some) }
}

/// The address of the contract that an account deploys with the transaction of this number.
fn created(from: Address, nonce: u64) -> Address {
    let list = Rlp::list(&[Rlp::bytes(&from.0), Rlp::number(nonce.into())]);
    let hash = keccak(&list.into_bytes());
    Address(hash.last_chunk().copied().unwrap_or_default())
}

impl<W: Wire> ChainPort for Evm<W> {
    fn place(&self) -> Result<Place, AnchorError> {
        let contract = self.settings.contract.ok_or(AnchorError::ContractUnknown)?;
        Ok(Place::Evm { chain_id: self.settings.chain_id, contract })
    }

    fn state(&mut self) -> Result<State, AnchorError> {
        let contract = self.ready()?;
        self.call(contract, &contract::state_call(), contract::read_state)
    }

    fn publish(&mut self, publication: &Publication) -> Result<AnchorReceipt, AnchorError> {
        let contract = self.ready()?;
        let inclusion = self.submit(Some(contract), publication.call())?;
        let block = self.block(&text::quantity(inclusion.block_number.into()))?;
        let place = self.place()?;
        let receipt = check::receipt(place, publication, &inclusion, block.as_ref())?;
        self.standing(&receipt)?;
        Ok(receipt)
    }

    fn rotate(&mut self, rotation: &Rotation) -> Result<(), AnchorError> {
        let contract = self.ready()?;
        let inclusion = self.submit(Some(contract), rotation.call())?;
        let ours = |topics: &[[u8; 32]]| topics.first() == Some(&contract::rotated_topic());
        let rotated = inclusion.logs.iter().any(|log| log.address == contract && ours(&log.topics));
        let what = "no key was put in place";
        if rotated { Ok(()) } else { Err(AnchorError::OtherEvent { what }) }
    }

    fn standing(&mut self, receipt: &AnchorReceipt) -> Result<Standing, AnchorError> {
        let place = self.place()?;
        if receipt.place != place {
            let (expected, found) = (place.to_string(), receipt.place.to_string());
            return Err(AnchorError::OtherPlace { expected, found });
        }
        let contract = self.ready()?;
        let inclusion = self.inclusion(receipt.transaction)?;
        let block = self.block(&text::quantity(receipt.block_number.into()))?;
        let entry =
            self.call(contract, &contract::entry_call(receipt.number), contract::read_entry);
        let entry = match entry {
            Ok(entry) => Some(entry),
            // No such entry.
            Err(AnchorError::Reverted { .. }) => None,
            Err(error) => return Err(error),
        };
        check::holds(receipt, inclusion.as_ref(), block.as_ref(), entry.as_ref())?;
        let block = block.ok_or(AnchorError::BrokenChain { number: receipt.block_number })?;
        self.depth(receipt, block)
    }
}
