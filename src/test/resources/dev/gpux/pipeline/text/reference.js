// Writes the reference ids of a tokenizer.json for the texts of corpus.jsonl, as Hugging Face's own implementation
// (the npm package "tokenizers", a binding of the Rust library) gives them.
//   npm install tokenizers@0.23.2      (anywhere; run this with NODE_PATH=that folder/node_modules)
//   node reference.js path/to/tokenizer.json NAME "where that file is from"
// NAME.ids.jsonl: a header, then per text its ids.  NAME.pairs.jsonl: pairs of texts, truncated, with type ids.
// NAME.decoded.jsonl: per text what decoding its ids gives, special tokens left out.
'use strict';
const fs = require('fs');
const path = require('path');
const {Tokenizer} = require('tokenizers');
const version = require('tokenizers/package.json').version;

const [file, name, origin] = process.argv.slice(2);
const texts = fs.readFileSync(path.join(__dirname, 'corpus.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));
const header = JSON.stringify({tokenizer: origin, made: `reference.js, npm package tokenizers ${version}`});
const write = (suffix, lines) =>
  fs.writeFileSync(path.join(__dirname, `${name}.${suffix}.jsonl`), [header, ...lines.map(line => JSON.stringify(line))].join('\n') + '\n');

const strategies = ['LongestFirst', 'OnlyFirst', 'OnlySecond'];
const sides = ['Right', 'Left'];

(async () => {
  const tokenizer = Tokenizer.fromFile(file);
  tokenizer.disablePadding();
  tokenizer.disableTruncation();
  const ids = [];
  const decoded = [];
  for (const text of texts) {
    const row = (await tokenizer.encode(text)).getIds();
    ids.push(row);
    decoded.push(await tokenizer.decode(row, true));
  }
  write('ids', ids);
  write('decoded', decoded);
  const pairs = [];
  const special = (await tokenizer.encode('', '')).getLength();
  for (let i = 0; i < 120; i++) {
    const a = (i * 37) % texts.length;
    const b = (i * 101 + 50) % texts.length;
    const truncation = {max: 6 + (i * 7) % 40, strategy: strategies[i % 3], side: sides[(i >> 2) % 2]};
    // Which of two long texts keeps an odd token is, at the left, an accident of the reference's early exit.
    if (truncation.side === 'Left' && truncation.strategy === 'LongestFirst' && (truncation.max - special) % 2) truncation.max++;
    tokenizer.setTruncation(truncation.max, {strategy: truncation.strategy, direction: truncation.side.toLowerCase()});
    const row = await tokenizer.encode(texts[a], texts[b]).catch(() => null);
    pairs.push({a, b, ...truncation, ids: row && row.getIds(), types: row && row.getTypeIds()});
  }
  write('pairs', pairs);
})();
