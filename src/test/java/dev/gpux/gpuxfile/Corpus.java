package dev.gpux.gpuxfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Good and bad GPUXfiles that several tests go through. */
final class Corpus {
    static final Path FILE = Path.of("GPUXfile");
    static final Map<String, String> ENVIRONMENT = Map.of("PORT", "9000", "EMPTY", "", "NAME", "from-env", "SECRET",
        "hunter2");

    private static final char MARK = '«';

    private Corpus() {
    }

    /**
     * @param text     the file
     * @param places   where problems must be reported, {@code line:column}, in order
     * @param messages what each problem must say, message and hint
     * @param inSchema whether the JSON Schema can see it, too
     */
    record Bad(String name, String text, List<String> places, List<String> messages, boolean inSchema) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Every key of the format at least once, and each of its spellings. */
    static Map<String, String> good() {
        var good = new LinkedHashMap<String, String>();
        good.put("everything", EVERYTHING);
        good.put("minimal", "model: model.onnx\n");
        good.put("minimal map", "model: {source: model.onnx}\n");
        good.put("url", "model: https://example.org/a/model.onnx?x=1\n");
        good.put("url on this machine", "model: {source: 'http://localhost:8080/model.onnx'}\n");
        good.put("hub", "model: hf://org/repo/onnx/model.onnx\n");
        good.put("hub revision", "model: hf://org/repo@refs%2Fpr%2F1/model.onnx\n");
        good.put("windows path", "model: 'C:\\models\\m.onnx'\n");
        good.put("numbers as text", "name: 123\nversion: 1.10\ndescription: 4\nmodel: m.onnx\n");
        good.put("one provider", with("runtime: {providers: cuda, threads: 4, custom_ops: a.so}"));
        good.put("providers auto", with("runtime: {providers: auto, threads: {intra: auto}, memory: 1024}"));
        good.put("integral floats", with("runtime: {threads: {inter: 2.0}}\nserve: {port: 8e3}"));
        good.put("variables", """
            name: ${NAME}
            version: ${TAG:-1.0}
            model: {source: "${DIR:-models}/m.onnx"}
            runtime:
              threads: {intra: "${THREADS:-auto}", inter: "${INTER:-2}", spin: "${SPIN:-true}"}
              memory: ${MEM:-1GB}
            inputs: {x: {type: "${TYPE:-tensor}", dtype: "${DTYPE:-int64}", shape: ["${N:-3}"]}}
            serve:
              port: ${PORT}
              workers: '${W:-3}'
              timeout_ms: ${T:-10}
              queue: "${Q:-5}"
              max_body: "${B:-2MB}"
            """);
        good.put("dollars", with("description: $$5 is $5 or $$${EMPTY}"));
        good.put("empty maps", with("runtime: {}\ninputs: {}\nserve: {}\nstate: {}\npreprocess: []\ntests: []"));
        good.put("shapes", with("inputs: {x: {type: tensor, shape: [batch, 3, -1, '?', null, 0]}, y: tensor}"));
        good.put("steps", with("""
            preprocess: [softmax, {resize: [224, 224]}, {crop: }, {scale: {by: 0.5}}]
            postprocess:
              - top_k: 5
              - labels: {file: labels.txt, extra: [1, {a: null}]}"""));
        good.put("tests", with("""
            tests:
              - {input: {}, expect: {y: [[1, 2], [.nan, -.inf]]}}
              - {expect: {y: null, z: {a: b}}, tolerance: 0}"""));
        good.put("anchors", with("""
            tests:
              - {input: &in {x: [1, 2]}, expect: {y: 1}}
              - {input: *in, expect: {y: 1}}"""));
        good.put("windows line ends", "name: a\r\nmodel: m.onnx\r\n");
        good.put("byte order mark", "\uFEFFmodel: m.onnx\n");
        good.put("json", "{\"name\": \"a\", \"model\": {\"source\": \"m.onnx\"}}");
        good.put("comments and directives", "%YAML 1.2\n---\n# hello\nmodel: m.onnx # there\n...\n");
        return good;
    }

    static final String EVERYTHING = """
        name: everything
        version: 1.2.3
        description: All keys of a GPUXfile.
        model:
          source: models/m.onnx
          sha256: AFDB6F1A0E45B715D0BB9B11772F032C399BABD23BFC31FED1C170AFC848BDB1
        runtime:
          providers: [tensorrt, cuda, cpu]
          require: gpu
          options:
            cuda: {device_id: 0, arena_extend_strategy: kSameAsRequested, use_tf32: true}
            tensorrt: {trt_fp16_enable: "1"}
          threads: {intra: auto, inter: 1, spin: false}
          memory: 2GB
          session: {session.set_denormal_as_zero: "1", session.use_env_allocators: true, a.b: 3}
          custom_ops: [libs/a.so, libs/b.so]
          library: ../ort
        inputs:
          text: {type: text, description: some words, default: hello world, max_length: 256}
          photo: {type: image}
          sound: audio
          size: {type: number, default: 3}
          x: {type: tensor, dtype: float32, shape: [batch, 3, 224, -1], default: [[1, 2]]}
        preprocess:
          - tokenize: {input: text, tokenizer: tokenizer.json, max_length: 256}
          - normalize
        postprocess:
          - pool: {output: last_hidden_state, as: embedding, mode: mean, normalize: l2}
          - top_k: 5
        serve:
          host: 0.0.0.0
          port: 8080
          workers: 4
          batching: {max_size: 32, max_delay_ms: 2.5, preferred: [8, 16, 32], buckets: [16, 64, 256]}
          timeout_ms: 5000
          max_body: 64MB
          queue: 256
        tests:
          - name: greeting
            input: {text: hello world}
            expect: {embedding: [-0.035677, 0.020679, ...]}
            tolerance: 0.02
        state: {state: stateN, h: hn}
        """;

    static List<Bad> bad() {
        var bad = new ArrayList<Bad>();
        syntax(bad);
        top(bad);
        model(bad);
        runtime(bad);
        inputs(bad);
        steps(bad);
        serve(bad);
        tests(bad);
        variables(bad);
        return bad;
    }

    private static void syntax(List<Bad> bad) {
        parserOnly(bad, "empty", "", "the file is empty; a GPUXfile needs at least: model: {source: model.onnx}");
        parserOnly(bad, "only a comment", "# nothing\n", "the file is empty");
        parserOnly(bad, "tab", "model:\n«\tsource: m.onnx\n", "not valid YAML: found character '");
        parserOnly(bad, "colon in a value", "model: m.onnx\ndescription: a«: b\n",
            "not valid YAML: mapping values are not allowed here; put quotes around a value that contains \": \"");
        parserOnly(bad, "open bracket", "model: [a, b\n«", "a bracket or a quote is not closed");
        parserOnly(bad, "open quote", "model: \"a\n«", "a bracket or a quote is not closed");
        parserOnly(bad, "indentation", "model:\n   source: m.onnx\n  «sha256: a\n", "check the indentation");
        parserOnly(bad, "two documents", "model: m.onnx\n«---\nmodel: n.onnx\n", "remove the line ---");
        parserOnly(bad, "control character", "model: m.onnx\nname: a«\u0007\n", "the character U+0007 is not allowed");
        parserOnly(bad, "unknown alias", "model: «*a\n", "undefined alias");
        parserOnly(bad, "tag", "model: «!!java.io.File [a]\n",
            "tags are not supported, found tag:yaml.org,2002:java.io.File; remove it", "model: expected");
        parserOnly(bad, "local tag", "model: «!file a.onnx\n", "tags are not supported, found !file");
        parserOnly(bad, "merge key", "model: m.onnx\nserve: {«<<: {port: 1}}\n", "merge keys (<<) are not supported");
        parserOnly(bad, "duplicate key", "model: m.onnx\nname: a\n«name: b\n",
            "\"name\" is given twice, first in line 2");
        parserOnly(bad, "key is a list", "model: m.onnx\n? «[a]\n: b\n", "expected a name as the key");
        parserOnly(bad, "empty key", "model: m.onnx\n«\"\": b\n", "expected a name as the key");
        parserOnly(bad, "alias of itself", with("tests: [{expect: «&a {y: *a}}]"), "does an alias contain itself?");
        both(bad, "text", "«hello\n", "GPUXfile: expected keys such as name: and model:, found \"hello\"");
        both(bad, "list", "«- model: m.onnx\n", "GPUXfile: expected keys such as name: and model:, found a list");
    }

    private static void top(List<Bad> bad) {
        both(bad, "no model", "«name: a\n", "model is missing; expected model: {source: model.onnx}");
        both(bad, "unknown key", with("«sevre: {port: 1}"), "unknown key \"sevre\"; did you mean \"serve\"?");
        both(bad, "unknown key without likeness", with("«zzz: 1"),
            "unknown key \"zzz\"; expected one of name, version");
        both(bad, "the ancestor's key", with("«serving: {port: 1}"), "did you mean \"serve\"?");
        both(bad, "empty key's value", with("«preprocess:\n# - softmax"),
            "preprocess has no value; give it one, or remove the key");
        both(bad, "name", "name: «a b\nmodel: m.onnx\n",
            "name: expected at most 128 letters, digits, \".\", \"_\" and \"-\", beginning with a letter or digit, "
                + "found \"a b\"");
        both(bad, "long name", "name: «" + "a".repeat(129) + "\nmodel: m.onnx\n", "name: expected at most 128 letters");
        both(bad, "name list", "name: «[a]\nmodel: m.onnx\n", "name: expected text, found a list");
        both(bad, "name bool", "name: «true\nmodel: m.onnx\n", "name: expected text, found true");
        both(bad, "version", "version: «1.0:2\nmodel: m.onnx\n", "version: expected at most 128");
        both(bad, "blank description", with("description: «'  '"), "description: expected text, found");
        both(bad, "state", with("state: {a: «[b]}"), "state.a: expected text, found a list");
        both(bad, "state list", with("state: «[a, b]"), "state: expected a map, found a list");
    }

    private static void model(List<Bad> bad) {
        both(bad, "model number", "model: «3\n", "model: expected a path, or a map with source, found the number 3");
        both(bad, "model empty", "«model:\n", "model has no value");
        both(bad, "no source", "model: «{sha256: " + "a".repeat(64) + "}\n", "model.source is missing");
        both(bad, "source list", "model: {source: «[a]}\n", "model.source: expected a path, https://");
        both(bad, "path for source", "model: «{«path: m.onnx}\n",
            "model.source is missing", "unknown key \"path\" in model; did you mean \"source\"?");
        both(bad, "http", "model: «http://example.org/m.onnx\n", "model: http:// is open to changes on the way");
        both(bad, "ftp", "model: {source: «ftp://example.org/m.onnx}\n", "model.source: expected a path, https://");
        both(bad, "credentials", "model: «https://me:secret@example.org/m.onnx\n", "a GPUXfile holds no credentials");
        both(bad, "no host", "model: «https:///m.onnx\n", "model: ");
        both(bad, "url with a space", "model: «https://example.org/a b\n", "model: not a URL: ");
        both(bad, "hub without file", "model: «hf://org/repo\n", "model: the file in the repository is missing");
        both(bad, "hub without repository", "model: «hf://org\n", "expected hf://owner/repository[@revision]/file");
        both(bad, "hub path escapes", "model: «hf://org/repo/../x.onnx\n",
            "expected hf://owner/repository[@revision]/file");
        both(bad, "home", "model: «~/m.onnx\n", "model: ~ is not expanded; write ${HOME}/…");
        both(bad, "short hash", "model: {source: m.onnx, sha256: «abc}\n",
            "model.sha256: expected 64 hexadecimal digits, found \"abc\"");
        both(bad, "hash letters", "model: {source: m.onnx, sha256: «" + "g".repeat(64) + "}\n",
            "model.sha256: expected 64");
    }

    private static void runtime(List<Bad> bad) {
        both(bad, "runtime list", with("runtime: «[cuda]"), "runtime: expected a map, found a list");
        both(bad, "runtime key", with("runtime: {«memroy: 2GB}"),
            "unknown key \"memroy\" in runtime; did you mean \"memory\"?");
        both(bad, "providers number", with("runtime: {providers: «3}"), "runtime.providers: expected a list of texts");
        both(bad, "no providers", with("runtime: {providers: «[]}"),
            "expected auto or a list of providers, found an empty");
        both(bad, "provider twice", with("runtime: {providers: [cuda, «cuda]}"),
            "runtime.providers: \"cuda\" is there twice");
        both(bad, "auto in a list", with("runtime: {providers: [«auto, cpu]}"), "auto is not one of several");
        both(bad, "provider null", with("runtime: {providers: [cuda, «null]}"),
            "expected a list of texts, found nothing");
        both(bad, "options", with("runtime: {options: {cuda: «device_id=0}}"), "runtime.options.cuda: expected a map");
        both(bad, "option list", with("runtime: {options: {cuda: {device_id: «[0]}}}"),
            "runtime.options.cuda.device_id: expected text, a number, true or false, found a list");
        both(bad, "threads", with("runtime: {threads: «many}"),
            "runtime.threads: expected a whole number from 1 to 1024 or auto, found \"many\"");
        both(bad, "no threads", with("runtime: {threads: {intra: «0}}"),
            "runtime.threads.intra: expected a whole number");
        both(bad, "half a thread", with("runtime: {threads: {inter: «1.5}}"), "found the number 1.5");
        both(bad, "huge threads", with("runtime: {threads: {inter: «99999999999999999999}}"), "found the number 9999");
        both(bad, "spin yes", with("runtime: {threads: {spin: «yes}}"),
            "runtime.threads.spin: expected true or false, found \"yes\"");
        both(bad, "threads list", with("runtime: {threads: «[1]}"), "runtime.threads: expected a map, found a list");
        both(bad, "threads key", with("runtime: {threads: {«intre: 1}}"),
            "unknown key \"intre\" in runtime.threads; did you");
        for (var size : List.of("2 pounds", "2G", "GB", "0GB", "-1MB", "1..5GB", "1e3GB", "true", "99999999999TB")) {
            parserOnlyIf(size.equals("99999999999TB"), bad, "memory " + size, with("runtime: {memory: «" + size + "}"),
                "runtime.memory: expected a size such as 2GB or 512MiB, found ");
        }
        both(bad, "memory zero", with("runtime: {memory: «0}"), "runtime.memory: expected a size");
        both(bad, "session", with("runtime: {session: {a: «{b: c}}}"), "runtime.session.a: expected text, a number");
        both(bad, "session null", with("runtime: {session: {a: «null}}"), "found nothing");
        both(bad, "custom ops", with("runtime: {custom_ops: «{a: b}}"), "runtime.custom_ops: expected a list of texts");
        both(bad, "library", with("runtime: {library: «[a]}"), "runtime.library: expected text");
        both(bad, "require", with("runtime: {require: «true}"), "runtime.require: expected text, found true");
    }

    private static void inputs(List<Bad> bad) {
        both(bad, "inputs list", with("inputs: «[a]"), "inputs: expected a map, found a list");
        both(bad, "input type", with("inputs: {x: {type: «txet}}"),
            "inputs.x.type: expected one of text, image, audio, number, tensor, found \"txet\"; did you mean \"text\"");
        both(bad, "input type short", with("inputs: {x: «immage}"), "inputs.x.type: expected one of");
        both(bad, "no input type", with("inputs: {x: «{max_length: 3}}"),
            "inputs.x.type is missing; expected one of text");
        both(bad, "input number", with("inputs: {x: «3}"), "inputs.x: expected a map, found the number 3");
        both(bad, "max_length", with("inputs: {x: {type: text, max_length: «0}}"),
            "inputs.x.max_length: expected a whole number of at least 1, found the number 0");
        both(bad, "max_length of an image", with("inputs: {x: {type: image, «max_length: 3}}"),
            "unknown key \"max_length\" in inputs.x; expected one of type, description, default");
        both(bad, "dtype of a text", with("inputs: {x: {type: text, «dtype: int64}}"),
            "unknown key \"dtype\" in inputs.x");
        both(bad, "shape of a number", with("inputs: {x: {type: number, «shape: [1]}}"), "unknown key \"shape\"");
        both(bad, "dtype", with("inputs: {x: {type: tensor, dtype: «float23}}"), "did you mean \"float32\"?");
        both(bad, "shape", with("inputs: {x: {type: tensor, shape: «3}}"), "inputs.x.shape: expected a list of sizes");
        both(bad, "shape size", with("inputs: {x: {type: tensor, shape: [1, «-2]}}"), "expected a size, a name, or -1");
        both(bad, "shape part", with("inputs: {x: {type: tensor, shape: [1, «1.5, «[2]]}}"),
            "found the number 1.5", "found a list");
        both(bad, "default null", with("inputs: {x: {type: text, «default: null}}"), "inputs.x.default has no value");
        both(bad, "input key", with("inputs: {x: {type: text, «desciption: a}}"), "did you mean \"description\"?");
    }

    private static void steps(List<Bad> bad) {
        both(bad, "steps map", with("preprocess: «{tokenize: {}}"),
            "preprocess: expected a list of steps, found a map; begin each step with a dash");
        both(bad, "step number", with("preprocess: [«3]"), "preprocess: expected a step: its name, or name: {…}");
        both(bad, "step null", with("postprocess: [«null]"), "postprocess: expected a step");
        both(bad, "step empty", with("postprocess: [«{}]"), "postprocess: expected a step");
        both(bad, "step name", with("postprocess: [«so ft]"),
            "postprocess: expected the name of a step; as in - softmax");
        both(bad, "step key name", with("postprocess: [{«so ft: 1}]"), "postprocess: expected the name of a step");
        both(bad, "parameters not indented", with("preprocess:\n  - «tokenize:\n    input: text"),
            "preprocess: expected one step, found tokenize, input; indent a step's parameters deeper than its name");
    }

    private static void serve(List<Bad> bad) {
        both(bad, "port text", with("serve: {port: «http}"),
            "serve.port: expected a whole number from 0 to 65535, found \"http\"");
        both(bad, "port range", with("serve: {port: «65536}"), "serve.port: expected a whole number from 0 to 65535");
        both(bad, "quoted port", with("serve: {port: «'8080'}"), "found \"8080\"");
        both(bad, "serve key", with("serve: {«prot: 1}"), "unknown key \"prot\" in serve; did you mean \"port\"?");
        both(bad, "timeout", with("serve: {«timeout: 5}"), "did you mean \"timeout_ms\"?");
        both(bad, "timeout_ms", with("serve: {timeout_ms: «5s}"),
            "serve.timeout_ms: expected a number from 1 to 86400000");
        both(bad, "timeout zero", with("serve: {timeout_ms: «0}"), "serve.timeout_ms: expected a number from 1");
        both(bad, "host", with("serve: {host: «[a]}"), "serve.host: expected text");
        both(bad, "workers", with("serve: {workers: «all}"),
            "serve.workers: expected a whole number from 1 to 1024 or auto");
        both(bad, "queue", with("serve: {queue: «0}"), "serve.queue: expected a whole number from 1 to 1000000");
        both(bad, "max_body", with("serve: {max_body: «big}"), "serve.max_body: expected a size such as 2GB");
        both(bad, "batching number", with("serve: {batching: «32}"), "serve.batching: expected a map");
        both(bad, "batching without size", with("serve: {batching: «{max_delay_ms: 2}}"),
            "serve.batching.max_size is missing");
        both(bad, "batch size", with("serve: {batching: {max_size: «0}}"), "serve.batching.max_size: expected a whole");
        both(bad, "delay", with("serve: {batching: {max_size: 4, max_delay_ms: «-1}}"), "serve.batching.max_delay_ms");
        parserOnly(bad, "preferred beyond the size", with("serve: {batching: {max_size: 4, preferred: [2, «8]}}"),
            "serve.batching.preferred[1]: expected a whole number from 1 to 4, found the number 8");
        both(bad, "no preferred", with("serve: {batching: {max_size: 4, preferred: «[]}}"), "a list of whole numbers");
        both(bad, "buckets", with("serve: {batching: {max_size: 4, buckets: [«a, 3, «0]}}"),
            "serve.batching.buckets[0]: expected", "serve.batching.buckets[2]: expected");
    }

    private static void tests(List<Bad> bad) {
        both(bad, "tests map", with("tests: «{input: {}}"),
            "tests: expected a list of tests, found a map; begin each test");
        both(bad, "test text", with("tests: [«a]"), "tests: expected a map with input and expect, found \"a\"");
        both(bad, "no expect", with("tests: [«{input: {}}]"), "tests[0].expect is missing");
        both(bad, "expect nothing", with("tests: [{expect: «{}}]"), "tests[0].expect: expected at least one output");
        both(bad, "expect list", with("tests: [{expect: «[1]}]"), "tests[0].expect: expected a map");
        both(bad, "input list", with("tests: [{input: «[1], expect: {y: 1}}]"), "tests[0].input: expected a map");
        both(bad, "tolerance", with("tests: [{expect: {y: 1}, tolerance: «-0.1}]"),
            "tests[0].tolerance: expected a number of at least 0, found the number -0.1");
        both(bad, "tolerance text", with("tests: [{expect: {y: 1}, tolerance: «small}]"),
            "tests[0].tolerance: expected");
        both(bad, "expected", with("tests: [«{«expected: {y: 1}}]"),
            "tests[0].expect is missing", "unknown key \"expected\" in tests[0]; did you mean \"expect\"?");
        both(bad, "several at once", "nme: a\nmodel: {sorce: m.onnx}\n".replace("nme", "«nme").replace("{sorce",
            "«{«sorce")
                + "serve: {port: «x, queue: «y}\n",
            "unknown key \"nme\"; did you mean \"name\"?", "model.source is missing", "did you mean \"source\"?",
            "serve.port: expected", "serve.queue: expected");
    }

    private static void variables(List<Bad> bad) {
        parserOnly(bad, "unset", with("description: hello «${MISSING}"),
            "the environment variable MISSING is not set; set it, or give a default: ${MISSING:-…}");
        parserOnly(bad, "unset in quotes", with("description: \"hello «${MISSING}\""), "MISSING is not set");
        parserOnly(bad, "unset where a number is expected", with("serve: {port: \"«${MISSING}\"}"),
            "MISSING is not set");
        parserOnly(bad, "unset twice", with("description: «${A} and «${B}"), "variable A is not set",
            "variable B is not set");
        parserOnly(bad, "not closed", with("description: «${NAME"), "the variable is not closed: } is missing");
        parserOnly(bad, "no name", with("description: «${}"), "expected ${NAME} or ${NAME:-default}, found ${}");
        parserOnly(bad, "digit first", with("description: «${1A}"),
            "expected ${NAME} or ${NAME:-default}, found ${1A}");
        parserOnly(bad, "other operator", with("description: «${NAME:?no}"),
            "found ${NAME:?no}; $$ stands for a dollar sign");
        parserOnly(bad, "variable in a default", with("description: «${X:-${NAME}}"),
            "the default of ${X} cannot hold another variable");
        parserOnly(bad, "wrong value", with("serve: {port: «\"${NAME}\"}"),
            "serve.port: expected a whole number from 0 to 65535, "
            + "found text");
        parserOnly(bad, "secret", with("runtime: {threads: «'${SECRET}'}"),
            "runtime.threads: expected a whole number from 1 to 1024 or auto, found text");
        parserOnly(bad, "empty number", with("serve:\n  port: «${EMPTY}"), "serve.port: expected a whole number");
        parserOnly(bad, "variable in braces without quotes", with("serve: {port: $«{PORT}}"),
            "inside {…} and […] put quotes around a variable: \"${NAME}\"");
    }

    /** A file with a model and these lines. */
    static String with(String lines) {
        return "model: m.onnx\n" + lines + "\n";
    }

    private static void both(List<Bad> bad, String name, String marked, String... messages) {
        add(bad, name, marked, messages, true);
    }

    private static void parserOnly(List<Bad> bad, String name, String marked, String... messages) {
        add(bad, name, marked, messages, false);
    }

    private static void parserOnlyIf(boolean only, List<Bad> bad, String name, String marked, String... messages) {
        add(bad, name, marked, messages, !only);
    }

    /** Takes the marks out of the text and makes places of them; without a mark the file as a whole is meant. */
    private static void add(List<Bad> bad, String name, String marked, String[] messages, boolean inSchema) {
        var text = new StringBuilder();
        var places = new ArrayList<String>();
        int line = 1;
        int column = 1;
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            if (c == MARK) {
                places.add(line + ":" + column);
                continue;
            }
            text.append(c);
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n' ? 1 : 0;
        }
        if (places.isEmpty()) {
            places.add("0:0");
        }
        bad.add(new Bad(name, text.toString(), places, List.of(messages), inSchema));
    }
}
