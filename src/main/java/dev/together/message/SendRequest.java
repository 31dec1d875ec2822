package dev.together.message;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What one caller wants stored, all or none.
 *
 * @param sender who must be in the conversation; null for the service key, which may write anywhere
 * @param run the run that its first draft begins where the mode of its conversation has an assistant
 * @param isReplyFirst whether the caller has the reply as soon as it is committed; else when it is published
 * @param publish is given what was committed, once, in the order of the conversation, whether or not the caller still waits
 */
record SendRequest(UUID chatId, @Nullable UUID sender, List<Draft> drafts, @Nullable RunDraft run, boolean isReplyFirst,
        Consumer<SendResult> publish) {

    static SendRequest replyingFirst(UUID chatId, @Nullable UUID sender, List<Draft> drafts, Consumer<SendResult> publish) {
        return new SendRequest(chatId, sender, drafts, null, true, publish);
    }

    static SendRequest replyingFirst(UUID chatId, @Nullable UUID sender, Draft draft, @Nullable RunDraft run,
            Consumer<SendResult> publish) {
        return new SendRequest(chatId, sender, List.of(draft), run, true, publish);
    }

    static SendRequest publishingFirst(UUID chatId, @Nullable UUID sender, List<Draft> drafts, Consumer<SendResult> publish) {
        return new SendRequest(chatId, sender, drafts, null, false, publish);
    }

    /** The length of its texts, meta included. */
    int characters() {
        return drafts.stream().mapToInt(draft -> draft.text().length() + draft.metaText().length()).sum();
    }
}
