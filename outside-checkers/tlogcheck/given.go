package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tlogcheck/note"
	"tlogcheck/tlog"
)

// given checks what an export may hold besides its checkpoint: further checkpoints of the same log
// (cp<N>), proofs that our software made (tlog.json), and witness cosignatures (*.cosigned).
func (l *log) given(verifier note.Verifier) (refused int, err error) {
	others, err := filepath.Glob(filepath.Join(l.dir, "cp*"))
	if err != nil {
		return 0, err
	}
	for _, path := range others {
		signed, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		tree, _, err := openCheckpoint(signed, verifier)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if root, err := tlog.TreeHash(tree.N, l); err != nil || root != tree.Hash {
			return 0, fmt.Errorf("%s is no prefix of this log", filepath.Base(path))
		}
		if strings.HasSuffix(path, ".cosigned") {
			n, err := l.cosigned(signed)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", filepath.Base(path), err)
			}
			refused += n
		}
	}
	n, err := l.proofs()
	return refused + n, err
}

// proofs checks an inclusion and a consistency proof that our software made.
func (l *log) proofs() (refused int, err error) {
	raw, err := os.ReadFile(filepath.Join(l.dir, "tlog.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var p struct {
		N, I, M    int64
		Leaf, Root string
		RootM      string `json:"root_m"`
		Path, Cons []string
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return 0, err
	}
	hashes, err := decode(append([]string{p.Leaf, p.Root, p.RootM}, append(p.Path, p.Cons...)...))
	if err != nil {
		return 0, err
	}
	leaf, root, old := hashes[0], hashes[1], hashes[2]
	path := tlog.RecordProof(hashes[3 : 3+len(p.Path)])
	cons := tlog.TreeProof(hashes[3+len(p.Path):])
	if root != l.tree.Hash || p.N != l.tree.N || leaf != tlog.RecordHash(l.leaves[p.I]) {
		return 0, errors.New("tlog.json is about another log")
	}
	if err := tlog.CheckRecord(path, p.N, root, p.I, leaf); err != nil {
		return 0, fmt.Errorf("our inclusion proof: %w", err)
	}
	if err := tlog.CheckTree(cons, p.N, root, p.M, old); err != nil {
		return 0, fmt.Errorf("our consistency proof: %w", err)
	}
	for i := range path {
		path[i][0] ^= 1
		if tlog.CheckRecord(path, p.N, root, p.I, leaf) == nil {
			return 0, errors.New("an altered inclusion proof was accepted")
		}
		path[i][0] ^= 1
	}
	for i := range cons {
		cons[i][0] ^= 1
		if tlog.CheckTree(cons, p.N, root, p.M, old) == nil {
			return 0, errors.New("an altered consistency proof was accepted")
		}
		cons[i][0] ^= 1
	}
	return len(path) + len(cons), nil
}

func decode(texts []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		raw, err := hex.DecodeString(text)
		if err != nil || len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("hash %q", text)
		}
		copy(hashes[i][:], raw)
	}
	return hashes, nil
}

// cosigned checks a C2SP cosignature/v1 by the witness whose key is in witness_vkey.
func (l *log) cosigned(signed []byte) (refused int, err error) {
	vkey, err := os.ReadFile(filepath.Join(l.dir, "witness_vkey"))
	if err != nil {
		return 0, err
	}
	witness, err := newWitness(strings.TrimSpace(string(vkey)))
	if err != nil {
		return 0, err
	}
	opened, err := note.Open(signed, note.VerifierList(witness))
	if err != nil {
		return 0, err
	}
	raw, err := base64.StdEncoding.DecodeString(opened.Sigs[0].Base64)
	if err != nil {
		return 0, err
	}
	// The key hash, the timestamp, the signature: a change in each must be refused.
	for _, at := range []int{0, 4, 11, 12, len(raw) - 1} {
		raw[at] ^= 1
		altered := base64.StdEncoding.EncodeToString(raw)
		raw[at] ^= 1
		text := bytes.Replace(signed, []byte(opened.Sigs[0].Base64), []byte(altered), 1)
		if _, err := note.Open(text, note.VerifierList(witness)); err == nil {
			return 0, fmt.Errorf("a cosignature with byte %d altered was accepted", at)
		}
		refused++
	}
	return refused, nil
}

// A witness verifies cosignature/v1, which Go's note package does not know: key kind 4, a 64-bit
// timestamp before the Ed25519 signature, and both under "cosignature/v1\ntime <t>\n<note text>".
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*witness, error) {
	name, rest, ok1 := strings.Cut(vkey, "+")
	hash16, key64, ok2 := strings.Cut(rest, "+")
	hash, err1 := strconv.ParseUint(hash16, 16, 32)
	key, err2 := base64.StdEncoding.DecodeString(key64)
	if !ok1 || !ok2 || err1 != nil || err2 != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return nil, errors.New("malformed witness key")
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	if uint32(hash) != binary.BigEndian.Uint32(sum[:4]) {
		return nil, errors.New("the witness key has another hash")
	}
	return &witness{name: name, hash: uint32(hash), key: key[1:]}, nil
}

// Name is part of note.Verifier.
func (w *witness) Name() string { return w.name }

// KeyHash is part of note.Verifier.
func (w *witness) KeyHash() uint32 { return w.hash }

// Verify is part of note.Verifier.
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	text := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), msg...)
	return ed25519.Verify(w.key, text, sig[8:])
}
