/** Events read back from the store: for replay, resume, gaps in an order, and what nobody published. */
@NullMarked
@CheckReturnValue
package dev.together.replay;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
