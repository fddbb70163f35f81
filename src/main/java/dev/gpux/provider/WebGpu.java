package dev.gpux.provider;

import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Any GPU with Vulkan, Metal or Direct3D 12 through WebGPU, by ORT's generic call.
 *
 * <p>Keys are short here ({@code powerPreference}); ORT's prefix {@code ep.webgpuexecutionprovider.} is added when it
 * is appended, and a key that has it already is the same.
 *
 * @param options by ORT's keys without their prefix
 */
public record WebGpu(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("webgpu", "WebGPU", "WebGpuExecutionProvider",
        Hardware.GPU, EnumSet.allOf(Os.class), List.of(), "the npm package onnxruntime-node (bin/napi-v6)");

    private static final String PREFIX = "ep.webgpuexecutionprovider.";
    private static final String[] CACHE_MODES = {"disabled", "lazyRelease", "simple", "bucket"};
    private static final OptionTable KNOWN = new OptionTable("webgpu")
        .choice("preferredLayout", "NCHW", "NHWC")
        .choice("powerPreference", "high-performance", "low-power")
        .choice("dawnBackendType", "D3D12", "Vulkan")
        .choice("validationMode", "disabled", "wgpuOnly", "basic", "full")
        .choice("storageBufferCacheMode", CACHE_MODES)
        .choice("uniformBufferCacheMode", CACHE_MODES)
        .choice("queryResolveBufferCacheMode", CACHE_MODES)
        .choice("defaultBufferCacheMode", CACHE_MODES)
        .flags("enableGraphCapture", "enableInt64", "enableRobustness", "enablePIXCapture", "preserveDevice")
        .whole("maxNumPendingDispatches", 1, 4096)
        .bytes("maxStorageBufferBindingSize")
        .whole("sessionBufferPoolGenerations", 0, Integer.MAX_VALUE)
        .whole("deviceId", 0, Integer.MAX_VALUE)
        .texts("forceCpuNodeNames");

    /** The layout of images inside the graph. */
    public enum Layout {
        /** Channels first, as models have it. */
        NCHW,
        /** Channels last, which shaders like better; the default. */
        NHWC
    }

    /** Checks the options. */
    public WebGpu {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static WebGpu standard() {
        return new WebGpu(Map.of());
    }

    /** The layout of images inside the graph. */
    public WebGpu layout(Layout layout) {
        return with("preferredLayout", layout);
    }

    /** Prefers the fast adapter over the frugal one, or the other way round. */
    public WebGpu highPerformance(boolean preferred) {
        return with("powerPreference", preferred ? "high-performance" : "low-power");
    }

    /** Whether the commands of a run are recorded once and replayed: needs fixed shapes. */
    public WebGpu graph(boolean enabled) {
        return with("enableGraphCapture", enabled);
    }

    /** Whether it takes operators on int64, which it computes in 32 bits. */
    public WebGpu int64(boolean enabled) {
        return with("enableInt64", enabled);
    }

    private WebGpu with(String key, Object value) {
        var plain = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
        return new WebGpu(KNOWN.with(options, plain, value));
    }

    @Override
    public WebGpu option(String key, String value) {
        return with(key, value);
    }

    @Override
    public boolean changesLayout() {
        return !Layout.NCHW.name().equals(options.get("preferredLayout"));
    }

    @Override
    public boolean concurrentRuns() {
        return false;
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> to.appendProvider("WebGPU", prefixed()));
    }

    private Map<String, String> prefixed() {
        var entries = new LinkedHashMap<String, String>();
        options.forEach((key, value) -> entries.put(key.startsWith("ep.") ? key : PREFIX + key, value));
        return Collections.unmodifiableMap(entries);
    }
}
