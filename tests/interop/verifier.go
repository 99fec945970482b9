// Verifier checks a log with golang.org/x/mod's sumdb/note and sumdb/tlog, which know nothing of the ledger.
//
//	verifier -vkey KEY -log DIRECTORY|URL [-old FILE -consistency FILE] [RECEIPT ...]
//
// DIRECTORY or URL is the log's prefix: checkpoint, tile/L/N and tile/entries/N lie below it. It prints a line for each thing that holds and
// exits with 1 at the first that does not.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	vkey := flag.String("vkey", "", "verifier key")
	log := flag.String("log", "", "directory or URL of the log")
	old := flag.String("old", "", "an older checkpoint")
	consistency := flag.String("consistency", "", "proof that the old checkpoint is a prefix, a base64 hash a line")
	flag.Parse()
	if err := verify(*vkey, *log, *old, *consistency, flag.Args()); err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func verify(vkey, prefix, old, consistency string, receipts []string) error {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	for _, name := range receipts {
		if err := checkReceipt(name, key); err != nil {
			return fmt.Errorf("receipt %s: %w", filepath.Base(name), err)
		}
	}
	fmt.Println("receipts", len(receipts))
	if prefix == "" {
		return nil
	}
	log := source{prefix}
	signed, err := log.read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, key)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	fmt.Println("checkpoint", tree.N)
	if err := rebuild(tree, log); err != nil {
		return err
	}
	if old != "" {
		return checkOld(old, consistency, tree, tlog.TileHashReader(tree, log), key)
	}
	return nil
}

func openCheckpoint(signed []byte, key note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", key.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// rebuild makes the tree anew from the entries and holds root and tiles against it, byte for byte. (The library's
// TileHashReader alone would not do: version 0.7.0 skips authenticating some of the tiles that it was asked to read.)
func rebuild(tree tlog.Tree, log source) error {
	var stored []tlog.Hash
	memory := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for first := int64(0); first < tree.N; first += 1 << height {
		entries, err := log.readBundle(first, tree.N)
		if err != nil {
			return fmt.Errorf("entries from %d: %w", first, err)
		}
		for i, entry := range entries {
			hashes, err := tlog.StoredHashes(first+int64(i), entry, memory)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
		}
	}
	root, err := tlog.TreeHash(tree.N, memory)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries have root %v, the checkpoint %v", root, tree.Hash)
	}
	fmt.Println("entries", tree.N)
	tiles, count := tlog.NewTiles(height, 0, tree.N), 0
	for i, tile := range tiles {
		// The list names a partial tile in every width; the checkpoint needs the last, the widest.
		if i+1 < len(tiles) && tiles[i+1].L == tile.L && tiles[i+1].N == tile.N {
			continue
		}
		own, err := tlog.ReadTileData(tile, memory)
		if err != nil {
			return err
		}
		served, err := log.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		if !bytes.Equal(own, served[0]) {
			return fmt.Errorf("%s is not the tile of the entries", tilePath(tile))
		}
		count++
	}
	fmt.Println("tiles", count)
	return nil
}

func checkOld(old, consistency string, tree tlog.Tree, reader tlog.HashReader, key note.Verifier) error {
	signed, err := os.ReadFile(old)
	if err != nil {
		return err
	}
	before, err := openCheckpoint(signed, key)
	if err != nil {
		return fmt.Errorf("old checkpoint: %w", err)
	}
	given, err := os.ReadFile(consistency)
	if err != nil {
		return err
	}
	proof, err := parseHashes(strings.Fields(string(given)))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
		return fmt.Errorf("consistency from %d: %w", before.N, err)
	}
	own, err := tlog.ProveTree(tree.N, before.N, reader)
	if err != nil || fmt.Sprint(own) != fmt.Sprint(tlog.TreeProof(proof)) {
		return fmt.Errorf("the proof made from the tiles differs: %v", err)
	}
	fmt.Println("consistent", before.N, tree.N)
	return nil
}

// checkReceipt reads a c2sp.org/tlog-proof@v1 whose extra data is the entry.
func checkReceipt(name string, key note.Verifier) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	parts := bytes.SplitN(data, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("not a tlog-proof with an entry")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(parts[1], key)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// source reads a log's files below a directory or a URL. It is a tlog.TileReader.
type source struct{ prefix string }

func (s source) read(path string) ([]byte, error) {
	if !strings.Contains(s.prefix, "://") {
		return os.ReadFile(filepath.Join(s.prefix, path))
	}
	answer, err := http.Get(strings.TrimSuffix(s.prefix, "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// readBundle returns the entries from first on: 256 of them, or as many as a log of that size has.
func (s source) readBundle(first, size int64) ([][]byte, error) {
	width := size - first
	if width > 1<<height {
		width = 1 << height
	}
	path := tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)}.Path()
	data, err := s.read(strings.Replace(path, "tile/8/data/", "tile/entries/", 1))
	if err != nil {
		return nil, err
	}
	entries := make([][]byte, width)
	for i := range entries {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("the bundle ends before entry %d", first+int64(i))
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries[i], data = data[2:end], data[end:]
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("the bundle holds more than %d entries", width)
	}
	return entries, nil
}

// tilePath is where a log serves a tile: the library's path without the height, which is always 8.
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func (s source) Height() int { return height }

func (s source) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		content, err := s.read(tilePath(tile))
		if err != nil {
			return nil, err
		}
		data[i] = content
	}
	return data, nil
}

func (s source) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
