package dev.gpux.server.model;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.AllocatorStatistics;
import dev.gpux.ort.DeviceMemory;
import dev.gpux.ort.ErrorCode;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arenas from which ORT gives a session's runs their memory, as far as it tells what is in them (1.23 and later). */
final class Arenas implements AutoCloseable {
    private final List<DeviceMemory> memories = new ArrayList<>();

    /** Those of {@code session}, which {@code gpuxfile} describes. */
    Arenas(Session session, Gpuxfile gpuxfile) {
        int device = gpuxfile.runtime().options().values().stream()
            .mapToInt(options -> number(options.getOrDefault("device_id", "0"))).max().orElse(0);
        for (var info : List.of(MemoryInfo.CPU, MemoryInfo.cuda(device), MemoryInfo.cudaPinned(device),
            MemoryInfo.webGpu())) {
            try {
                var memory = session.memory(info);
                if (tells(memory)) {
                    memories.add(memory);
                } else {
                    memory.close();
                }
            } catch (OrtException e) {
                // None of this session's providers has such memory.
            }
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static boolean tells(DeviceMemory memory) {
        try {
            memory.statistics();
            return true;
        } catch (OrtException e) {
            if (e.code() == ErrorCode.NOT_IMPLEMENTED) {
                return false;
            }
            throw e;
        }
    }

    /** What they hold, by ORT's name of the memory; the session must be open. */
    Map<String, AllocatorStatistics> statistics() {
        var all = new LinkedHashMap<String, AllocatorStatistics>();
        for (var memory : memories) {
            all.put(memory.toString(), memory.statistics());
        }
        return all;
    }

    @Override
    public void close() {
        memories.forEach(DeviceMemory::close);
    }
}
