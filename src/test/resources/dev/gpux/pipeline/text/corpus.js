// Writes corpus.jsonl: the texts on which our tokenizers are compared with the reference. Run: node corpus.js
// Sentences are our own; the rest is made by a seeded generator, so that the file can be made again.
'use strict';
const fs = require('fs');
const path = require('path');

let seed = 20260101;
const random = n => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0, Math.floor(seed / 65536) % n);
const pick = list => list[random(list.length)];
const repeat = (n, f) => Array.from({length: n}, (_, i) => f(i));

const sentences = [
  '', ' ', '   ', '\n', '\t', '\r\n', ' \n \t ', '.', '...', '?!', 'a', 'A', '1', '-', '_', '#', '##', '##a', '▁', 'Ġ',
  'hello world', 'Hello, World!', 'HELLO WORLD', ' hello  world ', 'hello\nworld', 'hello\tworld', 'hello\u00a0world',
  'The quick brown fox jumps over the lazy dog.', 'Pack my box with five dozen liquor jugs.',
  "I can't, won't and shouldn't've; they're we'll I'd he's it'S I'M YOU'RE", "rock 'n' roll", "''quoted''", '"double"',
  'Its price is $1,234.56 (about €1.100,00 or £999) — 20% off!', 'phone +1 (555) 010-9999 ext. 42',
  'https://example.org/path/to?query=1&other=two#frag', 'someone@example.com', 'C:\\temp\\new file.txt',
  'snake_case camelCase PascalCase kebab-case SCREAMING_SNAKE', 'x=1;y=2;z=x+y', 'if (a<b && c>=d) { return a[i]++; }',
  'def f(x):\n    return x ** 2\n\n\nprint(f(3))\n', '{"key": [1, 2.5e-3, null, true]}', '<b class="x">bold</b> &amp; more',
  '2024-02-29T23:59:60Z', '3.14159265358979', '1234567890', '12345678901234567890', '1 22 333 4444 55555', '0x1F 0b1010',
  'antidisestablishmentarianism', 'pneumonoultramicroscopicsilicovolcanoconiosis', 'unbelievable reencoding of tokenizers',
  'Ein süßer Bär fährt über die Straße nach Köln.', 'ÄÖÜ äöü ß ẞ', 'Le garçon a mangé des crêpes à Noël, où ça ?',
  'El niño comió piñata mañana; ¿cómo estás? ¡Olé!', 'São Paulo é uma cidade não muito longe', 'Příliš žluťoučký kůň',
  'Zażółć gęślą jaźń', 'Árvíztűrő tükörfúrógép', 'İstanbul ile ılık ığdır', 'Þórður á Íslandi', 'Đường phố Hà Nội rất đẹp',
  'naïve café résumé coöperate', 'nai\u0308ve cafe\u0301 re\u0301sume\u0301', 'e\u0301\u0302\u0303', 'a\u030a\u0323 \u0323\u030aa',
  'Å Å ℵ ﬁ ﬂ ﬀ ﬃ ſ ½ ² ³ ¹ ™ © ®', 'ＦＵＬＬ　ＷＩＤＴＨ　ｔｅｘｔ１２３', 'ｱｲｳｴｵ ﾊﾞﾊﾟ', '①②③ ⅷ Ⅻ ㎏ ㍿ ㋀', 'x̂ ŷ ẑ',
  'Съешь ещё этих мягких французских булок, да выпей чаю.', 'Їжак і ґава', 'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία ΣΊΣΥΦΟΣ ς',
  'שלום עולם', 'שָׁלוֹם', 'مرحبا بالعالم', 'اَلسَّلَامُ عَلَيْكُمْ', 'سلام دنیا ۱۲۳', 'नमस्ते दुनिया', 'क्षत्रिय ज़रूर', 'বাংলা ভাষা', 'வணக்கம் உலகம்',
  'สวัสดีชาวโลก', 'ສະບາຍດີ', 'გამარჯობა', 'Բարեւ աշխարհ', 'አማርኛ ቋንቋ', 'བོད་སྐད་', 'မြန်မာ', 'ខ្មែរ', 'ᏣᎳᎩ', 'ⴰⵣⵓⵍ', '𐌲𐌿𐍄',
  '你好，世界', '我爱自然语言处理。', '中文English混合123', '漢字かな交じり文です。', 'こんにちは世界', 'カタカナ・テスト', 'が か\u3099 ヴ',
  '안녕하세요 세계', '한국어 텍스트', '\u1112\u1161\u11ab\u1100\u1173\u11af', '뷁', '𠀀𠀁 𪚥', '豈更車', '㐀㐁䶵', '龥鿿',
  '😀', '😀😃😄', 'I ❤️ you', '👍🏽 ok', '👨‍👩‍👧‍👦 family', '🏳️‍🌈 flag', '🇩🇪🇫🇷', 'text😀text', '1️⃣ #️⃣', '✌🏿', '☕️☕', '🤷🏼‍♀️',
  'a\u0000b', '\u0000', 'a\u0001b\u0002c', '\u007f', 'a\u0080b\u0085c', 'zero\u200bwidth', 'join\u200dme', 'non\u200cjoin',
  'soft\u00adhyphen', '\ufeffbom', 'left\u200eto\u200fright', '\u202eright\u202c', 'line\u2028sep', 'para\u2029sep', '\ufffd',
  'private\ue000use', 'non\uffffchar', 'vertical\u000btab', 'form\u000cfeed', 'nul\u0000\u0000\u0000s', '\u001b[31mred\u001b[0m',
  '\u3000wide\u3000space\u3000', 'thin\u2009space', 'nb\u202fsp', 'en\u2002em\u2003', 'ogham\u1680space', 'mongolian\u180evowel',
  '[CLS]', '[SEP]', '[MASK]', '[PAD]', '[UNK]', 'the [MASK] sat', 'the[MASK]sat', '[mask]', '[CLS] a [SEP] b [SEP]', '[[MASK]]',
  '[MASK][MASK]', ' [MASK] ', '[ MASK ]', '<s>', '</s>', '<pad>', '<unk>', '<mask>', 'the <mask> sat', 'a</s>b', '<|endoftext|>',
  'a<|endoftext|>b', '<|im_start|>user\nhi<|im_end|>', '<s> <s>', '<0x0A>', '<unused1>', '<bos>', '<extra_id_0> x <extra_id_1>',
  'tabs\t\t\tand   spaces', '    indented', 'trailing    ', '\n\n\n', 'a\n\nb', 'a \n b', 'a\r\n\r\nb', '  a  b  c  ', 'a\u3000\u3000b',
  'don’t “smart” ‘quotes’ – — … •', '¿?¡!', '«guillemets»', '（全角）', '、。「」', '·‧∙', '±×÷≠≤≥∞∑∫√', '∀x∈ℝ: x²≥0', 'αβγ ΑΒΓ', '€£¥₹₿',
  '$$$', '@@@', '***', '---', '===', '___', '~~~', '^^^', '```code```', '|a|b|', '\\\\', '//', '/* c */', '`', "'", '"', '´', '¨',
  'ABC123abc', 'abc123def', '123abc', '1st 2nd 3rd', 'v1.2.3-beta+build', 'H2O CO2', 'R2-D2', 'e.g. i.e. etc.', 'U.S.A.', 'Ph.D.',
  '٠١٢٣ ०१२ 一二三 〇', '1,000,000', '१२३४', '½ cup', '10⁻³', 'x₁x₂', 'ªº', 'ʰʷʸ', 'ǅ ǆ Ǆ', 'ŉ ŀ', 'Ω Ω K', 'ﷺ', '㍍', '〜～', 'ﾞ',
  'a'.repeat(99), 'a'.repeat(100), 'a'.repeat(101), 'ab'.repeat(300), 'é'.repeat(100), 'e\u0301'.repeat(101), '中'.repeat(120), '😀'.repeat(101),
  '!'.repeat(150), '0123456789'.repeat(25), 'supercalifragilistic'.repeat(20), 'word '.repeat(200), ' '.repeat(300) + 'x', '\n'.repeat(40),
];

const words = ('the of and to in is you that it was for on are with as his they at be this from have or by one had not but what all '
  + 'were when we there can an your which their said if do will each about how up out them then she many some so these would other '
  + 'tokenizer Embedding quantised GPU onnxruntime Zürich Ångström résumé über Straße São naïve façade 東京 北京 서울 Москва Αθήνα القاهرة '
  + "don't we're I'll 2026 3.14 1,000 100% $5 e-mail C++ (see) [1] x_y a/b #tag @me http://a.b 😀 👍🏽 … — “ok” ½ ﬁn Ⅳ ﾃｽﾄ").split(' ');
const separators = [' ', ' ', ' ', ' ', ' ', '  ', '\n', '\t', ', ', '. ', '-', '', '\u00a0', '; '];
const phrase = n => repeat(n, () => pick(words) + pick(separators)).join('');

const blocks = [[0x20, 0x7e], [0xa0, 0x17f], [0x180, 0x24f], [0x250, 0x36f], [0x370, 0x52f], [0x590, 0x6ff], [0x900, 0xdff], [0xe00, 0x11ff],
  [0x1e00, 0x1fff], [0x2000, 0x206f], [0x2070, 0x23ff], [0x2460, 0x27bf], [0x3000, 0x30ff], [0x3130, 0x33ff], [0x4e00, 0x9fa5], [0xac00, 0xd7a3],
  [0xf900, 0xfaff], [0xfb00, 0xfdff], [0xfe30, 0xffef], [0x1d400, 0x1d7ff], [0x1f300, 0x1f64f], [0x20000, 0x2a6d6], [0, 0x1f]];
const codePoint = ([from, to]) => String.fromCodePoint(from + random(to - from + 1));
const inBlock = (block, n) => repeat(n, () => random(6) === 0 ? ' ' : codePoint(block)).join('');
const anywhere = n => repeat(n, () => codePoint(pick(blocks))).join('');

const texts = [
  ...sentences,
  ...repeat(150, () => phrase(1 + random(25))),
  ...blocks.flatMap(block => repeat(6, () => inBlock(block, 3 + random(20)))),
  ...repeat(60, () => anywhere(1 + random(30))),
  ...repeat(3, () => phrase(400)),
];
const unique = [...new Set(texts)];
fs.writeFileSync(path.join(__dirname, 'corpus.jsonl'), unique.map(t => JSON.stringify(t)).join('\n') + '\n');
console.log(unique.length + ' texts');
