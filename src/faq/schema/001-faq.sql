create schema faq;
