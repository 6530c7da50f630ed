// Command tlogcheck checks one exported log with Go's own transparency-log code: the packages
// sumdb/note and sumdb/tlog that `go` itself uses to check the module checksum database.
//
//	usage: tlogcheck RECORD    (a folder with checkpoint or cp<N>, tile/..., keys.json or vkey)
//
// The checkpoint is opened with the log's verifier key. Go's TileHashReader then reads our tile
// files, which it authenticates against the checkpoint's root, and proves from them that every leaf
// is included and that prefixes are consistent. Mutated copies must be refused.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
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

const (
	// tileHeight is fixed by C2SP tlog-tiles: 256 hashes a tile.
	tileHeight = 8
	// recordsMax bounds the leaves that are proved one by one; longer logs are sampled evenly.
	recordsMax = 4096
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tlogcheck RECORD")
		os.Exit(2)
	}
	summary, err := run(os.Args[1])
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
	fmt.Printf("%s: %s\n", filepath.Base(os.Args[1]), summary)
}

func run(dir string) (string, error) {
	verifier, err := readVerifier(dir)
	if err != nil {
		return "", err
	}
	signed, err := readCheckpoint(dir)
	if err != nil {
		return "", err
	}
	tree, origin, err := openCheckpoint(signed, verifier)
	if err != nil {
		return "", err
	}
	if origin != verifier.Name() {
		return "", fmt.Errorf("the checkpoint is of %q, the key of %q", origin, verifier.Name())
	}
	refused, err := refuseCheckpoints(signed, verifier, tree)
	if err != nil {
		return "", err
	}
	leaves, err := readLeaves(dir, tree.N)
	if err != nil {
		return "", err
	}
	log := &log{dir: dir, tree: tree, leaves: leaves}
	if err := log.build(); err != nil {
		return "", err
	}
	for _, part := range []func() (int, error){log.tiles, log.records, log.prefixes, log.flipped} {
		n, err := part()
		if err != nil {
			return "", err
		}
		refused += n
	}
	n, err := log.given(verifier)
	if err != nil {
		return "", err
	}
	refused += n
	return fmt.Sprintf("note, %d leaves, %d tiles and %d prefixes verified by Go's sumdb, "+
		"%d mutated copies refused", tree.N, log.tileCount, log.prefixCount, refused), nil
}

// readVerifier finds the log's key in keys.json or in a file of its own.
func readVerifier(dir string) (note.Verifier, error) {
	var keys struct{ Vkey string }
	if raw, err := os.ReadFile(filepath.Join(dir, "keys.json")); err == nil {
		if err := json.Unmarshal(raw, &keys); err != nil {
			return nil, fmt.Errorf("keys.json: %w", err)
		}
	} else if raw, err := os.ReadFile(filepath.Join(dir, "vkey")); err == nil {
		keys.Vkey = strings.TrimSpace(string(raw))
	} else {
		return nil, errors.New("neither keys.json nor vkey")
	}
	return note.NewVerifier(keys.Vkey)
}

// readCheckpoint reads the file of that name or, where there are several, the largest cp<N>.
func readCheckpoint(dir string) ([]byte, error) {
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if !errors.Is(err, fs.ErrNotExist) {
		return signed, err
	}
	names, err := filepath.Glob(filepath.Join(dir, "cp*"))
	if err != nil {
		return nil, err
	}
	largest, path := -1, ""
	for _, name := range names {
		size, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(name), "cp"))
		if err == nil && size > largest {
			largest, path = size, name
		}
	}
	if path == "" {
		return nil, errors.New("there is no checkpoint")
	}
	return os.ReadFile(path)
}

// openCheckpoint verifies the signature and reads origin, size and root.
func openCheckpoint(signed []byte, verifier note.Verifier) (tree tlog.Tree, origin string, err error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, "", err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tree, "", errors.New("the checkpoint has fewer than three lines")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || tree.N < 0 {
		return tree, "", fmt.Errorf("size %q", lines[1])
	}
	if tree.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return tree, "", err
	}
	return tree, lines[0], nil
}

// refuseCheckpoints changes the size, the root, the origin and the signature.
func refuseCheckpoints(signed []byte, verifier note.Verifier, tree tlog.Tree) (int, error) {
	text := string(signed)
	other := tree.Hash
	other[0] ^= 1
	mutated := map[string]string{
		"size":   strings.Replace(text, fmt.Sprintf("\n%d\n", tree.N), fmt.Sprintf("\n%d\n", tree.N+1), 1),
		"root":   strings.Replace(text, tree.Hash.String(), other.String(), 1),
		"origin": "x" + text,
	}
	at := strings.Index(text, "\n\n\u2014 ")
	line, rest, _ := strings.Cut(text[at+2:], "\n")
	words := strings.Split(line, " ")
	raw, err := base64.StdEncoding.DecodeString(words[len(words)-1])
	if err != nil {
		return 0, err
	}
	raw[len(raw)-1] ^= 1
	words[len(words)-1] = base64.StdEncoding.EncodeToString(raw)
	mutated["signature"] = text[:at+2] + strings.Join(words, " ") + "\n" + rest
	for what, text := range mutated {
		if text == string(signed) {
			return 0, fmt.Errorf("could not mutate the %s", what)
		}
		if _, _, err := openCheckpoint([]byte(text), verifier); err == nil {
			return 0, fmt.Errorf("a checkpoint with another %s was accepted", what)
		}
	}
	return len(mutated), nil
}

// readLeaves returns the leaf data: the SHA-256 of each envelope line, and the entry bundles where
// there are any; where both are there, they must agree.
func readLeaves(dir string, size int64) ([][]byte, error) {
	bundled, err := readBundles(dir, size)
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(dir, "envelopes.jsonl"))
	if errors.Is(err, fs.ErrNotExist) && bundled != nil {
		return bundled, nil
	}
	if err != nil {
		return nil, err
	}
	lines := bytes.Split(raw, []byte("\n"))
	lines = lines[:len(lines)-1]
	if int64(len(lines)) != size {
		return nil, fmt.Errorf("%d envelopes, %d leaves", len(lines), size)
	}
	leaves := make([][]byte, len(lines))
	for i, line := range lines {
		sum := sha256.Sum256(line)
		leaves[i] = sum[:]
		if bundled == nil {
			continue
		}
		if len(line) == 0 { // withheld: only its hash is here
			leaves[i] = bundled[i]
		}
		if !bytes.Equal(leaves[i], bundled[i]) {
			return nil, fmt.Errorf("entry %d is not the hash of envelope %d", i, i)
		}
	}
	return leaves, nil
}

// readBundles reads tile/entries: each entry is behind its 16-bit big-endian length.
func readBundles(dir string, size int64) ([][]byte, error) {
	if _, err := os.Stat(filepath.Join(dir, "tile", "entries")); err != nil {
		return nil, nil
	}
	var entries [][]byte
	for start := int64(0); start < size; start += 1 << tileHeight {
		width := size - start
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		tile := tlog.Tile{H: tileHeight, L: 0, N: start >> tileHeight, W: int(width)}
		name := strings.Replace(tilePath(tile), "tile/0/", "tile/entries/", 1)
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
				return nil, fmt.Errorf("%s is truncated", name)
			}
			end := 2 + int(binary.BigEndian.Uint16(raw))
			entries = append(entries, raw[2:end])
			raw = raw[end:]
		}
		if len(raw) != 0 {
			return nil, fmt.Errorf("%s has %d bytes too many", name, len(raw))
		}
	}
	return entries, nil
}

// tilePath is C2SP's: like Go's, without the height.
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
}

// demanded lists the tiles of a tree of this size. tlog.NewTiles would also list the partial tiles
// of all smaller sizes, which a log need not keep.
func demanded(size int64) (tiles []tlog.Tile) {
	for level := 0; size > 0; level++ {
		for n := int64(0); n < size>>tileHeight; n++ {
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: 1 << tileHeight})
		}
		if rest := size & (1<<tileHeight - 1); rest != 0 {
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: size >> tileHeight, W: int(rest)})
		}
		size >>= tileHeight
	}
	return tiles
}

// A log is an exported log and, beside it, the same tree computed from its leaves alone.
type log struct {
	dir    string
	tree   tlog.Tree
	leaves [][]byte
	stored []tlog.Hash

	tileCount, prefixCount int

	flip string // path of the tile whose first byte is read flipped
}

// Height is part of tlog.TileReader.
func (l *log) Height() int { return tileHeight }

// SaveTiles is part of tlog.TileReader; there is no cache.
func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles is part of tlog.TileReader.
func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		raw, err := os.ReadFile(filepath.Join(l.dir, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		if tilePath(tile) == l.flip {
			raw[0] ^= 1
		}
		data[i] = raw
	}
	return data, nil
}

// ReadHashes is part of tlog.HashReader, over the tree computed here.
func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = l.stored[index]
	}
	return hashes, nil
}

// build computes the tree from the leaves and compares its root.
func (l *log) build() error {
	for i, leaf := range l.leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), tlog.RecordHash(leaf), l)
		if err != nil {
			return err
		}
		l.stored = append(l.stored, hashes...)
	}
	root, err := tlog.TreeHash(l.tree.N, l)
	if err != nil {
		return err
	}
	if l.tree.N > 0 && root != l.tree.Hash {
		return fmt.Errorf("the leaves hash to %v, the checkpoint says %v", root, l.tree.Hash)
	}
	return nil
}

// tiles compares every tile that this size demands with the tree computed here.
func (l *log) tiles() (int, error) {
	for _, tile := range demanded(l.tree.N) {
		want, err := tlog.ReadTileData(tile, l)
		if err != nil {
			return 0, err
		}
		got, err := os.ReadFile(filepath.Join(l.dir, tilePath(tile)))
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(got, want) {
			return 0, fmt.Errorf("%s is not the tile of these leaves", tilePath(tile))
		}
		l.tileCount++
	}
	return 0, nil
}

// records proves each leaf from our tile files and checks the proof; altered claims are refused.
func (l *log) records() (refused int, err error) {
	reader := tlog.TileHashReader(l.tree, l)
	step := 1 + l.tree.N/recordsMax
	for i := int64(0); i < l.tree.N; i += step {
		proof, err := tlog.ProveRecord(l.tree.N, i, reader)
		if err != nil {
			return 0, fmt.Errorf("leaf %d: %w", i, err)
		}
		leaf := tlog.RecordHash(l.leaves[i])
		if err := tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, i, leaf); err != nil {
			return 0, fmt.Errorf("leaf %d: %w", i, err)
		}
		root, other := l.tree.Hash, leaf
		root[31] ^= 1
		other[0] ^= 1
		claims := map[string]error{
			"root": tlog.CheckRecord(proof, l.tree.N, root, i, leaf),
			"leaf": tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, i, other),
		}
		if l.tree.N > 1 {
			claims["index"] = tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, (i+1)%l.tree.N, leaf)
			claims["path"] = tlog.CheckRecord(proof[1:], l.tree.N, l.tree.Hash, i, leaf)
		}
		for what, err := range claims {
			if err == nil {
				return 0, fmt.Errorf("leaf %d: a wrong %s was accepted", i, what)
			}
			refused++
		}
	}
	return refused, nil
}

// prefixes proves from our tile files that smaller trees are prefixes of this one.
func (l *log) prefixes() (refused int, err error) {
	reader := tlog.TileHashReader(l.tree, l)
	sizes := []int64{l.tree.N - 1, l.tree.N / 2, l.tree.N / 3, 255, 257, 65535, 65537}
	for size := int64(1); size < l.tree.N; size *= 2 {
		sizes = append(sizes, size)
	}
	for _, size := range sizes {
		if size < 1 || l.tree.N <= size {
			continue
		}
		proof, err := tlog.ProveTree(l.tree.N, size, reader)
		if err != nil {
			return 0, fmt.Errorf("prefix %d: %w", size, err)
		}
		old, err := tlog.TreeHash(size, l)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckTree(proof, l.tree.N, l.tree.Hash, size, old); err != nil {
			return 0, fmt.Errorf("prefix %d: %w", size, err)
		}
		l.prefixCount++
		old[0] ^= 1
		if tlog.CheckTree(proof, l.tree.N, l.tree.Hash, size, old) == nil {
			return 0, fmt.Errorf("prefix %d: a forked history was accepted", size)
		}
		refused++
	}
	return refused, nil
}

// flipped reads each tile with one bit changed: nothing that rests on it may verify.
//
// Go's reader before x/mod 0.40 does not check every tile against its parent (CVE-2026-56865), so
// what it accepts goes on to a proof for a leaf whose path uses the changed hash.
func (l *log) flipped() (refused int, err error) {
	defer func() { l.flip = "" }()
	for n, tile := range demanded(l.tree.N) {
		if n >= recordsMax/16 {
			break
		}
		l.flip = tilePath(tile)
		if l.verifiesFlipped(tile) {
			return 0, fmt.Errorf("%s was accepted with one bit changed", l.flip)
		}
		refused++
	}
	return refused, nil
}

// verifiesFlipped reads the first hash of a tile, and proves the first leaf beside its subtree.
func (l *log) verifiesFlipped(tile tlog.Tile) bool {
	level, number := tile.L*tileHeight, tile.N<<tileHeight
	reader := tlog.TileHashReader(l.tree, l)
	if _, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(level, number)}); err != nil {
		return false
	}
	beside := (number ^ 1) << level
	if l.tree.N <= beside {
		return true
	}
	proof, err := tlog.ProveRecord(l.tree.N, beside, reader)
	if err != nil {
		return false
	}
	leaf := tlog.RecordHash(l.leaves[beside])
	return tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, beside, leaf) == nil
}
