// An intrusive doubly linked list: the node is part of the object, links and unlinks in constant time without
// allocation, and unlinks itself when it goes. One thread.
#pragma once

namespace gatehouse::async {

class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }

  [[nodiscard]] bool linked() const { return next_ != nullptr; }
  void unlink() {
    if (!linked()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }

 private:
  template <class T>
  friend class List;
  ListNode* next_ = nullptr;
  ListNode* previous_ = nullptr;
};

// T derives from ListNode.
template <class T>
class List {
 public:
  List() { head_.next_ = head_.previous_ = &head_; }
  ~List() {
    while (!empty()) head_.next_->unlink();
    head_.next_ = head_.previous_ = nullptr;
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  [[nodiscard]] bool empty() const { return head_.next_ == &head_; }
  T& front() { return static_cast<T&>(*head_.next_); }
  void push_back(T& item) {
    ListNode& node = item;
    node.previous_ = head_.previous_;
    node.next_ = &head_;
    head_.previous_->next_ = &node;
    head_.previous_ = &node;
  }
  // Moves all of the other's nodes to the end of this one.
  void take(List& other) {
    while (!other.empty()) {
      T& item = other.front();
      static_cast<ListNode&>(item).unlink();
      push_back(item);
    }
  }
  // Calls visit for every item; visit may unlink the item that it is given.
  template <class Visit>
  void for_each(Visit visit) {
    for (ListNode* node = head_.next_; node != &head_;) {
      ListNode* following = node->next_;
      visit(static_cast<T&>(*node));
      node = following;
    }
  }

 private:
  ListNode head_;
};

}  // namespace gatehouse::async
