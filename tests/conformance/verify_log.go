// Verifies a log of static files with golang.org/x/mod: the signatures of every checkpoint given, the inclusion of
// every entry under it, and that each checkpoint is the beginning of the next.
//
//	verify_log FOLDER CHECKPOINT…
//	verify_log -entries FOLDER
//
// With -entries every entry is its leaf under `checkpoint`, without a proof for each, and the signature over each, a DSSE
// envelope, is of a key in FOLDER/keys: what a reader of a large log does before it asks what the entries say.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosigner verifies cosignature/v1 lines (c2sp.org/tlog-cosignature), which x/mod does not know.
type cosigner struct {
	name string
	key  ed25519.PublicKey
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	hash := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.key...))
	return binary.BigEndian.Uint32(hash[:])
}

func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(c.key, []byte(message), sig[8:])
}

func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("no key: %s", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("no cosigner's key: %s", vkey)
	}
	c := cosigner{parts[0], key[1:]}
	if fmt.Sprintf("%08x", c.KeyHash()) != parts[1] {
		return nil, fmt.Errorf("not the key's id: %s", vkey)
	}
	return c, nil
}

// folder reads the tiles of a log. C2SP leaves the tiles' height out of their paths and calls data entries.
type folder string

func (f folder) Height() int                         { return 8 }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	return os.ReadFile(filepath.Join(string(f), path))
}

func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		bytes, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

// entries reads the entries of a log of a size.
func (f folder) entries(size int64) (entries [][]byte, err error) {
	for n := int64(0); n*256 < size; n++ {
		width := int(size - n*256)
		if width > 256 {
			width = 256
		}
		data, err := f.read(tlog.Tile{H: 8, L: -1, N: n, W: width})
		if err != nil {
			return nil, err
		}
		for i := 0; i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("bundle %d is cut", n)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			entries = append(entries, data[2:end])
			data = data[end:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("bundle %d has more", n)
		}
	}
	return entries, nil
}

func (f folder) verifiers() (verifiers []note.Verifier, origin string, err error) {
	policy, err := os.ReadFile(filepath.Join(string(f), "policy"))
	if err != nil {
		return nil, "", err
	}
	for _, line := range strings.Split(string(policy), "\n") {
		words := strings.Fields(line)
		var verifier note.Verifier
		switch {
		case len(words) >= 2 && words[0] == "log":
			verifier, err = note.NewVerifier(words[1])
			origin = strings.SplitN(words[1], "+", 2)[0]
		case len(words) >= 3 && words[0] == "witness":
			verifier, err = newCosigner(words[2])
		default:
			continue
		}
		if err != nil {
			return nil, "", err
		}
		verifiers = append(verifiers, verifier)
	}
	return verifiers, origin, nil
}

// open reads a checkpoint that every key of the policy signed.
func (f folder) open(name string) (tree tlog.Tree, err error) {
	verifiers, origin, err := f.verifiers()
	if err != nil {
		return tree, err
	}
	data, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifiers...))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != len(verifiers) || len(opened.UnverifiedSigs) != 0 {
		return tree, fmt.Errorf("%s: %d signatures hold", name, len(opened.Sigs))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		return tree, fmt.Errorf("%s: no checkpoint", name)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// leaves reads the entries under a checkpoint, and compares each with the leaf that the tiles bind to the root.
func (f folder) leaves(tree tlog.Tree) (entries [][]byte, err error) {
	if entries, err = f.entries(tree.N); err != nil {
		return nil, err
	}
	var places []int64
	for i := range entries {
		places = append(places, tlog.StoredHashIndex(0, int64(i)))
	}
	leaves, err := tlog.TileHashReader(tree, f).ReadHashes(places)
	if err != nil {
		return nil, err
	}
	for i, entry := range entries {
		if leaves[i] != tlog.RecordHash(entry) {
			return nil, fmt.Errorf("entry %d of %d is not its leaf", i, tree.N)
		}
	}
	return entries, nil
}

func (f folder) check(tree tlog.Tree) error {
	entries, err := f.leaves(tree)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, f)
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the tiles of %d have another root", tree.N)
	}
	for i, entry := range entries {
		proof, err := tlog.ProveRecord(tree.N, int64(i), hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d of %d: %w", i, tree.N, err)
		}
	}
	return nil
}

func run(f folder, names []string) error {
	var last tlog.Tree
	for _, name := range names {
		tree, err := f.open(name)
		if err != nil {
			return err
		}
		if tree.N == 0 {
			if empty := sha256.Sum256(nil); !bytes.Equal(empty[:], tree.Hash[:]) {
				return fmt.Errorf("%s: not the empty tree's root", name)
			}
			continue
		}
		if err := f.check(tree); err != nil {
			return err
		}
		if last.N > 0 {
			proof, err := tlog.ProveTree(tree.N, last.N, tlog.TileHashReader(tree, f))
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(proof, tree.N, tree.Hash, last.N, last.Hash); err != nil {
				return fmt.Errorf("from %d to %d: %w", last.N, tree.N, err)
			}
		}
		last = tree
	}
	fmt.Printf("%d checkpoints, %d entries\n", len(names), last.N)
	return nil
}

// keys reads the public keys that signed entries, by their id.
func (f folder) keys() (map[string]ed25519.PublicKey, error) {
	data, err := os.ReadFile(filepath.Join(string(f), "keys"))
	if err != nil {
		return nil, err
	}
	keys := map[string]ed25519.PublicKey{}
	for _, line := range strings.Fields(string(data)) {
		key, err := hex.DecodeString(line)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("no key: %s", line)
		}
		id := sha256.Sum256(key)
		keys[hex.EncodeToString(id[:])] = key
	}
	return keys, nil
}

type envelope struct {
	Payload     []byte
	PayloadType string
	Signatures  []struct {
		Keyid string
		Sig   []byte
	}
}

// signed verifies every signature of a DSSE envelope.
func signed(entry []byte, keys map[string]ed25519.PublicKey) error {
	var e envelope
	if err := json.Unmarshal(entry, &e); err != nil {
		return err
	}
	message := fmt.Sprintf("DSSEv1 %d %s %d %s", len(e.PayloadType), e.PayloadType, len(e.Payload), e.Payload)
	for _, one := range e.Signatures {
		key, known := keys[one.Keyid]
		if !known || !ed25519.Verify(key, []byte(message), one.Sig) {
			return fmt.Errorf("a signature of %s does not hold", one.Keyid)
		}
	}
	if len(e.Signatures) == 0 {
		return fmt.Errorf("nobody signed")
	}
	return nil
}

func runEntries(f folder) error {
	keys, err := f.keys()
	if err != nil {
		return err
	}
	tree, err := f.open("checkpoint")
	if err != nil {
		return err
	}
	begin := time.Now()
	entries, err := f.leaves(tree)
	if err != nil {
		return err
	}
	read := time.Since(begin)
	for i, entry := range entries {
		if err := signed(entry, keys); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
	}
	fmt.Printf("%d entries; leaves %.1f s, with signatures %.1f s\n", tree.N, read.Seconds(), time.Since(begin).Seconds())
	return nil
}

func main() {
	if os.Args[1] == "-entries" {
		if err := runEntries(folder(os.Args[2])); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(folder(os.Args[1]), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
