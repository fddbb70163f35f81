package dev.gpux.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The long form of {@link ManifestsTest}: fields and types of the manifests, by the schemas in KServe's custom resource
 * definitions, which have those of Kubernetes' pods in them. {@code -Dgpux.kserve.crds} is KServe's folder
 * {@code config/crd/full}; its files are not ours to carry.
 */
class KserveSchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUNTIMES = "serving.kserve.io_clusterservingruntimes.yaml";
    private static final String SERVICES = "serving.kserve.io_inferenceservices.yaml";

    @BeforeAll
    static void needsTheDefinitions() {
        assumeTrue(System.getProperty("gpux.kserve.crds") != null, "give KServe's config/crd/full: -Dgpux.kserve.crds=…");
    }

    private static JsonNode schema(String file) throws IOException {
        var options = new LoaderOptions();
        options.setCodePointLimit(1 << 26);
        var definition = JSON.<JsonNode>valueToTree(new Yaml(new SafeConstructor(options))
            .load(Files.readString(Path.of(System.getProperty("gpux.kserve.crds"), file))));
        var schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
        assertFalse(schema.isMissingNode(), file);
        forbidUnknownFields(schema);
        return schema;
    }

    /** As the API server does when it validates strictly. */
    private static void forbidUnknownFields(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.get("properties") instanceof ObjectNode
            && !object.has("additionalProperties") && !object.has("x-kubernetes-preserve-unknown-fields")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(KserveSchemasTest::forbidUnknownFields);
    }

    private static void assertValid(JsonNode schema, Object manifest) {
        JsonSchema validator = JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(schema);
        Set<String> found = new TreeSet<>();
        validator.validate(JSON.<JsonNode>valueToTree(manifest)).forEach(message -> found.add(message.toString()));
        assertEquals(Set.of(), found);
    }

    @Test
    void theRuntimesAreRuntimes() throws IOException {
        assertValid(schema(RUNTIMES), Manifests.read("kserve/runtime.yaml"));
        assertValid(schema(RUNTIMES), Manifests.read("kserve/runtime-cuda.yaml"));
    }

    @Test
    void theServiceIsAService() throws IOException {
        assertValid(schema(SERVICES), Manifests.read("kserve/inferenceservice.yaml"));
    }

    @Test
    void theDeploymentsPodsArePods() throws IOException {
        assertValid(schema(SERVICES).at("/properties/spec/properties/predictor"),
            Manifests.pod("kubernetes/deployment.yaml"));
    }

    @Test
    void aFieldThatIsMisspeltIsFound() throws IOException {
        var pod = Manifests.pod("kubernetes/deployment.yaml");
        Manifests.<Map<String, Object>>at(pod, "containers", 0, "livenessProbe").put("periodSecond", 1);
        var failure = assertThrows(AssertionError.class,
            () -> assertValid(schema(SERVICES).at("/properties/spec/properties/predictor"), pod));
        assertTrue(failure.getMessage().contains("periodSecond"), failure::getMessage);
    }
}
