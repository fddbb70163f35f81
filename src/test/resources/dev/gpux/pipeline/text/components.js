// Writes components.jsonl: what single normalizers, pre-tokenizers and decoders of the reference make of some texts.
//   NODE_PATH=… node components.js        (see reference.js)
// A header; then one line per component: {"normalizer"|"pre_tokenizer"|"decoder": its description, "out": results};
// then whole small tokenizers that use the models' options: {"tokenizer": the file, "out": ids of the header's smallTexts}.
// The texts of normalizers and pre-tokenizers are those of corpus.jsonl whose numbers the header lists.
'use strict';
const fs = require('fs');
const path = require('path');
const {Tokenizer} = require('tokenizers');
const version = require('tokenizers/package.json').version;

const corpus = fs.readFileSync(path.join(__dirname, 'corpus.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));
const chosen = corpus.map((_, i) => i).filter(i => corpus[i].length > 0 && corpus[i].length <= 60 && (i < 215 ? i % 2 === 0 : i % 9 === 0));
const texts = chosen.map(i => corpus[i]);

const unigram = JSON.parse(fs.readFileSync(path.join(__dirname, 'unigram.json'), 'utf8'));
const precompiled = unigram.normalizer.normalizers[0];
const split = (pattern, behavior, invert = false) => ({type: 'Split', pattern, behavior, invert});
const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'];

const normalizers = [
  ...['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents', 'Nmt', 'ByteLevel'].map(type => ({type})),
  {type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true},
  {type: 'BertNormalizer', clean_text: true, handle_chinese_chars: false, strip_accents: false, lowercase: true},
  {type: 'BertNormalizer', clean_text: false, handle_chinese_chars: true, strip_accents: true, lowercase: false},
  {type: 'Strip', strip_left: true, strip_right: true}, {type: 'Strip', strip_left: false, strip_right: true},
  {type: 'Prepend', prepend: '▁'}, {type: 'Replace', pattern: {String: ' '}, content: '▁'},
  {type: 'Replace', pattern: {Regex: ' {2,}'}, content: ' '}, {type: 'Replace', pattern: {Regex: '\\s+$'}, content: '$1'},
  {type: 'Sequence', normalizers: [{type: 'NFD'}, {type: 'Lowercase'}, {type: 'StripAccents'}]}, precompiled,
];

const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const preTokenizers = [
  {type: 'BertPreTokenizer'}, {type: 'Whitespace'}, {type: 'WhitespaceSplit'}, {type: 'CharDelimiterSplit', delimiter: 'e'},
  {type: 'Digits', individual_digits: true}, {type: 'Digits', individual_digits: false},
  {type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true},
  {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false},
  {type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true},
  {type: 'Metaspace', replacement: '_', prepend_scheme: 'first', split: true},
  {type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: false},
  ...behaviors.map(behavior => ({type: 'Punctuation', behavior})),
  ...behaviors.map(behavior => split({String: ' '}, behavior)),
  ...behaviors.map(behavior => split({Regex: '[aeiou]+'}, behavior, true)),
  split({Regex: gpt2}, 'Isolated'), split({Regex: gpt2}, 'Removed', true),
  split({Regex: '\\s+|[\\p{Han}\\p{Hiragana}]|^.'}, 'Isolated'), {type: 'FixedLength', length: 3},
  {type: 'Sequence', pretokenizers: [{type: 'WhitespaceSplit'}, {type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true}]},
  {type: 'Sequence', pretokenizers: [{type: 'Punctuation', behavior: 'Isolated'}, {type: 'Digits', individual_digits: true}, {type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true}]},
];

const tokens = [
  ['hello', 'world', '##s', '.', "'", 's', 'do', 'not', '!'], ['▁hello', '▁wor', 'ld', '▁'], ['Ġhello', 'Ã©', 'Ġworld', 'é'],
  ['a', '<0xE4>', '<0xBD>', '<0xA0>', 'b', '<0xFF>', '<0xE4>', '<0xg0>'], ['low</w>', 'er</w>', 'new', 'est</w>'],
  ['<pad>', 'h', 'h', '<pad>', 'h', '|', '|', 'a', '<pad>', '.'], ['  x ', ' y', 'z'], ['x'], ["they", "'", "re", "n't", " n't"],
];
const decoders = [
  {type: 'WordPiece', prefix: '##', cleanup: true}, {type: 'WordPiece', prefix: '##', cleanup: false}, {type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true},
  {type: 'Fuse'},
  {type: 'ByteFallback'}, {type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true},
  {type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: true}, {type: 'BPEDecoder', suffix: '</w>'},
  {type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: true}, {type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: false},
  {type: 'Replace', pattern: {String: '▁'}, content: ' '},
  {type: 'Sequence', decoders: [{type: 'Replace', pattern: {String: '▁'}, content: ' '}, {type: 'ByteFallback'}, {type: 'Fuse'}, {type: 'Strip', content: ' ', start: 1, stop: 0}]},
];

const chars = [...'abcdehlorst▁é'];
const byteTokens = Array.from({length: 256}, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
const ids = list => Object.fromEntries(list.map((token, i) => [token, i]));
const merges = [['h', 'e'], ['l', 'l'], ['he', 'll'], ['hell', 'o'], ['o', 'r'], ['a', 'a'], ['aa', 'aa'], ['a', 'b'], ['▁', 'hello'], ['s', 't']];
const merged = merges.map(([a, b]) => a + b);
const bpe = (vocab, options) => ({model: {type: 'BPE', vocab: ids(vocab), merges, ...options}});
const scored = list => list.map((token, i) => [token, token === '<unk>' ? 0 : -1 - i / 7]);
const added = (id, content, flags) => ({id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: false, ...flags});
const words = ['[UNK]', 'a', 'b', 'c', 'ab', '##b', '##c', '##ab', '##', 'hello', '##s', 'ß', '你', '😀'];
const wordPiece = {model: {type: 'WordPiece', vocab: ids(words), unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 8}};
const tokenizers = [
  bpe(['<unk>', ...chars, ...merged], {unk_token: '<unk>'}), bpe(['<unk>', ...chars, ...merged], {unk_token: '<unk>', fuse_unk: true}),
  bpe([...chars, ...merged], {}), bpe(['<unk>', ...byteTokens, ...chars, ...merged], {unk_token: '<unk>', byte_fallback: true, fuse_unk: true}),
  bpe(['<unk>', ...byteTokens.slice(0, 200), ...chars, ...merged], {unk_token: '<unk>', byte_fallback: true}),
  bpe(['<unk>', ...chars, ...merged, 'hellost', 'world', 'abc'], {unk_token: '<unk>', ignore_merges: true}),
  {model: {type: 'BPE', vocab: ids(['<unk>', ...chars, 'o</w>', 's</w>', 'lo</w>', 'he', 'hel', 'hello</w>', 'b</w>']), unk_token: '<unk>', end_of_word_suffix: '</w>',
    merges: [['h', 'e'], ['l', 'o</w>'], ['he', 'l'], ['hel', 'lo</w>']]}, pre_tokenizer: {type: 'WhitespaceSplit'}},
  {model: {type: 'BPE', vocab: ids(['<unk>', ...chars, '##a', '##b', '##e', '##l', '##o', 'he', '##lo', 'helo', 'ab']), unk_token: '<unk>', continuing_subword_prefix: '##',
    merges: [['h', '##e'], ['##l', '##o'], ['he', '##lo'], ['a', '##b']]}, pre_tokenizer: {type: 'Whitespace'}},
  {model: {type: 'Unigram', vocab: scored(['<unk>', ...chars, ...merged]), unk_id: 0}},
  {model: {type: 'Unigram', vocab: scored(['<unk>', ...chars, ...merged]), unk_id: 0, byte_fallback: true}},
  {model: {type: 'Unigram', vocab: scored(['<unk>', ...byteTokens, ...chars, ...merged, '<unk>x']), unk_id: 0, byte_fallback: true},
    pre_tokenizer: {type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: true}, added_tokens: [added(281, '<sep>')]},
  {model: {type: 'WordLevel', vocab: ids(['[UNK]', 'hello', 'a', '.']), unk_token: '[UNK]'}, pre_tokenizer: {type: 'Whitespace'}},
  wordPiece, {...wordPiece, pre_tokenizer: {type: 'BertPreTokenizer'}},
  {...wordPiece, pre_tokenizer: {type: 'WhitespaceSplit'}, normalizer: {type: 'Lowercase'}, added_tokens: [
    added(14, '[L]', {lstrip: true}), added(15, '[R]', {rstrip: true}), added(16, '[B]', {lstrip: true, rstrip: true}), added(17, 'tok', {single_word: true}),
    added(18, 'Norm', {normalized: true}), added(19, 'norma', {normalized: true, single_word: true}), added(20, '[L][R]', {})]},
];
const smallTexts = ['', ' ', 'hello', 'hello hello', 'hellohello', 'aaaaaaa', 'aaaaab', 'xhellox', 'xxhelloyyab', 'é', 'éé', '你好', '😀a', 'hellost', 'world', 'abc', 'ab',
  'lo', 'helo', 'hello▁hello', '▁▁hello', ' hello  a ', '<unk>', 'x<unk>x', '<unk>xa', '<0x41>', 'a<sep> hello<sep>a', 'hello.a', 'a . b', 'aab', 'abab', 'abababab', 'ababababa',
  'ßßb', '你你', '😀😀', '##', '#', 'a##b', 'a [L] b', 'a  [R]  b', 'a [B] b', '[B][B] [L]  [R]', 'a tok b', 'atok', 'tok', 'tok.', 'tok tok', 'TOK', 'norm', 'NORM a', 'normal', 'NORMA',
  'norma.', 'a norma b', '[L][R]', ' [L][R] ', '[l]', 'stst', 'strst', 'or', 'hellor', 'h', 'zzzzzzzzzzzz', '\u00e9\u00e9z\u00e9'];

const whole = parts => ({version: '1.0', added_tokens: [], model: {type: 'WordLevel', vocab: {'[UNK]': 0}, unk_token: '[UNK]'}, ...parts});
const tokenizer = parts => Tokenizer.fromString(JSON.stringify(whole(parts)));
(async () => {
  const lines = [
    {made: `components.js, npm package tokenizers ${version}`, texts: chosen, tokens, smallTexts},
    ...normalizers.map(normalizer => ({normalizer, out: texts.map(text => tokenizer({normalizer}).getNormalizer().normalizeString(text))})),
    ...preTokenizers.map(pre_tokenizer => ({pre_tokenizer,
      out: texts.map(text => tokenizer({pre_tokenizer}).getPreTokenizer().preTokenizeString(text).map(([piece]) => piece))})),
    ...decoders.map(decoder => ({decoder, out: tokens.map(list => tokenizer({decoder}).getDecoder().decode(list))})),
    ...await Promise.all(tokenizers.map(async parts => ({tokenizer: whole(parts),
      out: (await tokenizer(parts).encodeBatch(smallTexts)).map(row => row.getIds())}))),
  ];
  fs.writeFileSync(path.join(__dirname, 'components.jsonl'), lines.map(line => JSON.stringify(line)).join('\n') + '\n');
  console.log(`${lines.length - 1} components, ${texts.length} texts`);
})();
