"""Makes unigram.json, a small Unigram tokenizer of our own, so that the tests need nobody's vocabulary.

    pip install tokenizers==0.23.2; python unigram.py

Trains on the texts of corpus.jsonl and on the Markdown files named as arguments, and compiles a character map in the
format of SentencePiece: a Darts-clone double-array trie over UTF-8, then the replacements, each ended by a zero byte.
"""
import base64
import json
import pathlib
import struct
import sys
import unicodedata

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent


def rules():
    """What becomes what: a part of NFKC, white space, and some characters that go."""
    chars = [chr(c) for first, last in [(0xFF01, 0xFF9F), (0xFB00, 0xFB06), (0x2460, 0x2473), (0x2150, 0x217F), (0x3380, 0x33DF),
                                        (0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE), (0x1D400, 0x1D433), (0x2122, 0x2122)]
             for c in range(first, last + 1)]
    table = {c: unicodedata.normalize('NFKC', c) for c in chars}
    table.update({base + mark: unicodedata.normalize('NFC', base + mark) for base in 'aeiouAEIOU' for mark in '\u0300\u0301\u0302\u0308'})
    table.update({c: ' ' for c in '\t\n\r\u00a0\u1680\u2002\u2003\u2009\u200b\u2028\u2029\u202f\u3000\ufeff'})
    table.update({chr(c): '' for c in [*range(1, 9), 0xAD, 0x7F]})
    return {key: value for key, value in table.items() if key != value}


def double_array(keys):
    """The units of the trie of sorted (bytes, value) pairs."""
    trie = {}
    for key, value in keys:
        node = trie
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = value
    units = {0: 0}
    taken = {0}
    fresh = 1

    def place(node, index):
        nonlocal fresh
        labels = [0 if byte is None else byte for byte in node]
        base = fresh
        while any(base ^ label in taken for label in labels):
            base += 1
        while fresh in taken:
            fresh += 1
        offset = index ^ base
        assert offset < 1 << 21
        units[index] |= offset << 10 | (1 << 8 if None in node else 0)
        taken.update(base ^ label for label in labels)
        for byte, child in node.items():
            if byte is None:
                units[base] = 1 << 31 | child
            else:
                units[base ^ byte] = byte
        for byte, child in node.items():
            if byte is not None:
                place(child, base ^ byte)

    place(trie, 0)
    # A node's children lie at base ^ label: up to 255 beyond.
    size = (max(units) | 255) + 1
    return [units.get(i, 0) for i in range(size)]


def charsmap():
    pool = bytearray()
    keys = []
    for key, value in sorted(rules().items(), key=lambda rule: rule[0].encode()):
        keys.append((key.encode(), len(pool)))
        pool += value.encode() + b'\0'
    units = double_array(keys)
    return struct.pack(f'<I{len(units)}I', 4 * len(units), *units) + bytes(pool)


def main():
    texts = [json.loads(line) for line in (HERE / 'corpus.jsonl').read_text('utf-8').strip('\n').split('\n')]
    texts += [line for name in sys.argv[1:] for line in pathlib.Path(name).read_text('utf-8').strip('\n').split('\n')]
    # Other characters stay unknown, as they do in real life; tags are not words.
    texts = [text for text in texts if '<' not in text and all(
        c < '\u0530' or '\u3040' <= c <= '\u30ff' or '\uff01' <= c <= '\uff9f' for c in text)]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(' {2,}'), ' ')])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ['<s>', '<pad>', '</s>', '<unk>', '<mask>']
    tokenizer.train_from_iterator(texts, trainers.UnigramTrainer(vocab_size=1500, unk_token='<unk>', special_tokens=special, show_progress=False))
    made = json.loads(tokenizer.to_str())
    ids = {token: i for i, token in enumerate(special)}
    made['post_processor'] = {'type': 'RobertaProcessing', 'sep': ['</s>', ids['</s>']], 'cls': ['<s>', ids['<s>']],
                              'trim_offsets': True, 'add_prefix_space': True}
    made['decoder'] = {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': 'always', 'split': True}
    for token in made['added_tokens']:
        token['lstrip'] = token['content'] == '<mask>'
    made['model']['vocab'] = [[token, round(score, 4)] for token, score in made['model']['vocab']]
    (HERE / 'unigram.json').write_text(json.dumps(made, ensure_ascii=False, separators=(',', ':')) + '\n', 'utf-8')


main()
