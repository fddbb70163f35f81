package dev.gpux.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A strict check of the structure of a model, made before ONNX Runtime sees the file: names, edges, types, the sizes
 * of weights, external data, functions. Whether operators exist and their types fit is left to ONNX Runtime.
 *
 * <p>Reads the structure, the lengths of weights and the indices of sparse ones, no other weight. The rules are those
 * of ONNX's IR specification (docs/IR.md) and of onnx.proto. What ONNX forbids and ONNX Runtime 1.29 loads all the same
 * is a warning, unless it could be read in two ways. Some are errors because ONNX Runtime does not survive them: calls
 * and graphs nested too deep overflow its stack, functions that double at every level keep it busy without end, and a
 * few operators end the process where they are given what makes no sense ({@code OperatorCheck}). A clean result does
 * not mean that a model is good; an error means that it is not.
 *
 * @param findings what was found, errors first; at most 500 errors and 500 others are kept
 */
public record ModelCheck(List<Finding> findings) {
    /** The newest version of the file format in the onnx.proto that this package follows. */
    static final long NEWEST_IR_VERSION = 14;

    /** Copies the list. */
    public ModelCheck {
        findings = List.copyOf(findings);
    }

    /** Checks a model. */
    public static ModelCheck of(OnnxModel model) {
        var findings = new Findings();
        header(model, findings);
        new FunctionCheck(findings).check(model);
        var domains = model.opsets().stream().map(set -> OperatorSet.canonical(set.domain()))
            .collect(Collectors.toSet());
        // Before IR version 3 there were no operator sets, and ONNX's own first one was meant.
        if (model.irVersion() < 3) {
            domains.add("");
        }
        new GraphCheck(findings, domains, false).graph(model.graph(), Place.MODEL.in("graph", ""), 0);
        return new ModelCheck(findings.toList());
    }

    /** Whether there is an error among the findings. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    /**
     * Refuses a model with errors.
     *
     * @throws OnnxFormatException with the first errors
     */
    public void requireNoErrors() {
        var errors = findings.stream().filter(f -> f.severity() == Finding.Severity.ERROR).toList();
        if (!errors.isEmpty()) {
            var first = errors.stream().limit(3).map(Finding::toString).collect(Collectors.joining("\n  "));
            throw new OnnxFormatException("the model is broken:\n  " + first
                + (errors.size() > 3 ? "\n  and " + (errors.size() - 3) + " more" : ""));
        }
    }

    private static void header(OnnxModel model, Findings findings) {
        if (model.irVersion() < 1) {
            findings.error("ir-version", Place.MODEL, "IR version " + model.irVersion() + "; it must be at least 1");
        } else if (model.irVersion() > NEWEST_IR_VERSION) {
            findings.note("ir-version", Place.MODEL, "IR version " + model.irVersion() + " is newer than "
                + NEWEST_IR_VERSION + ", the newest one known here");
        }
        opsets(model.opsets(), Place.MODEL, findings);
        if (model.opsets().isEmpty() && model.irVersion() >= 3) {
            findings.error("opset-missing", Place.MODEL, "it does not say which operator sets it uses");
        }
        Set<String> keys = new HashSet<>();
        for (var property : model.metadata()) {
            if (!keys.add(property.key())) {
                findings.warning("duplicate-name", Place.MODEL, "two values for metadata "
                    + Names.quote(property.key()));
            }
        }
    }

    static void opsets(List<OperatorSet> opsets, Place place, Findings findings) {
        Map<String, Long> seen = new HashMap<>();
        for (var opset : opsets) {
            if (opset.version() < 1) {
                findings.error("opset-version", place, "operator set " + opset + ": versions start at 1");
            }
            long first = Optional.ofNullable(seen.putIfAbsent(OperatorSet.canonical(opset.domain()), opset.version()))
                .orElse(0L);
            if (first == opset.version()) {
                findings.warning("opset-duplicate", place, "operator set " + opset + " is given twice");
            } else if (first > 0) {
                findings.error("opset-duplicate", place, "operator set " + opset + " is also given as " + first);
            }
        }
    }
}
