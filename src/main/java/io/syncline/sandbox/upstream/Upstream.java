package io.syncline.sandbox.upstream;

import java.util.List;
import java.util.Map;

/**
 * One imitated system: a protocol in front of entities that live and change. Implementations are thread-safe; calls
 * may block for as long as one page takes.
 */
public interface Upstream {
    /** The name of the source that pulls from it, such as {@code letsbuild}. */
    String source();

    /** What the paths of its requests begin with, such as {@code /letsbuild/}. */
    String prefix();

    List<String> entityTypes();

    /** Answers one request as the real service would, under the distortions of the faults in force. */
    Reply answer(Call call, Distortion distortion);

    /** How many entities of the type live. */
    int count(String entityType);

    /** The number of the last change of all types: it grows by one with every change. */
    long sequence();

    /** The living entities of the type at one moment, by id: the truth, whatever the faults make of it. */
    Map<String, Map<String, Object>> living(String entityType);

    /**
     * Makes all changes in order, or none of them.
     *
     * @throws RefusedException if one of them is not possible in this upstream
     */
    void apply(List<Edit> edits) throws RefusedException;

    /** Lets the upstream's own life go on by one event, which is one change or a few that belong together. */
    void live();

    /** Sends all records again that a fault has served broken, so that whoever pulls can arrive at the truth. */
    void heal();
}
