package dev.gpux.pipeline.text;

/**
 * A token that is found in the text as it stands, before the model sees it ({@code added_tokens}).
 *
 * @param id its id
 * @param content its text
 * @param singleWord whether it counts only where no word character stands beside it
 * @param stripLeft whether white space before it belongs to it ({@code lstrip})
 * @param stripRight whether white space after it belongs to it ({@code rstrip})
 * @param normalized whether it is looked for in the normalised text
 * @param special whether decoding leaves it out
 */
record AddedToken(int id, String content, boolean singleWord, boolean stripLeft, boolean stripRight,
        boolean normalized, boolean special) {

    static AddedToken read(JsonValue json) {
        boolean special = json.bool("special", false);
        return new AddedToken(json.get("id").asInt(), json.get("content").asString(), json.bool("single_word", false),
                json.bool("lstrip", false), json.bool("rstrip", false), json.bool("normalized", !special), special);
    }
}
