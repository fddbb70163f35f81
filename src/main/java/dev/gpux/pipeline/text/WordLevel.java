package dev.gpux.pipeline.text;

/**
 * Whole words only.
 *
 * @param vocabulary the words
 * @param unknown id of every other word
 */
record WordLevel(Vocabulary vocabulary, int unknown) implements Model {
    static WordLevel read(JsonValue json, Vocabulary vocabulary) {
        return new WordLevel(vocabulary, vocabulary.require(json.get("unk_token")));
    }

    @Override
    public void encode(char[] chars, int from, int to, Scratch scratch, Ints out) {
        int id = vocabulary.id(chars, from, to);
        out.add(id == Vocabulary.NONE ? unknown : id);
    }
}
